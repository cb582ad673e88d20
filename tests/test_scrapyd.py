"""The project as an egg on a real scrapyd: deployed by scrapyd-deploy, started by schedule.json, results found."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.crawling import LOCAL, ROOT, read_table

pytest.importorskip("scrapyd", reason="scrapyd is not installed (pip install 'harvester[scrapyd]')")
pytest.importorskip("scrapyd_client", reason="scrapyd-client is not installed (pip install 'harvester[scrapyd]')")

TIMEOUT_S = 90
CONFIGURATION = """
[scrapyd]
bind_address = 127.0.0.1
http_port = {port}
poll_interval = 0.2
max_proc = 1
"""
IN_THE_EGG = "said by the egg"  # and not by the checkout that is installed beside it
WITHOUT_CHECKOUT = f"import sys\nsys.path[:] = [path for path in sys.path if path != {str(ROOT)!r}]\n"
OF_THE_PROJECT = ("setup.py", "scrapy.cfg", "pyproject.toml", "README.md", "LICENSE", "harvester")


def ask(port, name, **form):
    opener = build_opener(ProxyHandler({}))
    data = urlencode(form, doseq=True).encode() if name in ("schedule", "cancel") else None
    query = "" if data or not form else f"?{urlencode(form)}"
    with opener.open(f"http://127.0.0.1:{port}/{name}.json{query}", data, timeout=10) as answer:
        return json.load(answer)


def wait_for(what):
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        try:
            if found := what():
                return found
        except OSError:
            pass  # it is starting
        time.sleep(0.1)
    raise TimeoutError


@contextmanager
def scrapyd(folder):
    """A scrapyd whose folder is its own; its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.mkdir()
    (folder / "scrapyd.conf").write_text(CONFIGURATION.format(port=port))
    (folder / "sitecustomize.py").write_text(WITHOUT_CHECKOUT)
    environment = os.environ | {"PYTHONPATH": str(folder)}
    with (folder / "said.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(lambda: ask(port, "daemonstatus")["status"] == "ok")
            yield port
        finally:
            process.terminate()
            process.wait(TIMEOUT_S)


def deploy(project, port):
    """As a user does it, from a checkout."""
    for name in OF_THE_PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, project / name)
    texts = project / "harvester/data/texts.tsv"
    texts.write_text(texts.read_text("utf-8").replace("the domain accepts mail", IN_THE_EGG), "utf-8")
    text = (project / "scrapy.cfg").read_text().replace(":6800", f":{port}")
    (project / "scrapy.cfg").write_text(text)
    command = [sys.executable, "-m", "scrapyd_client.deploy", "--version", "1"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_egg_runs_on_scrapyd(tmp_path, small_web):
    (project := tmp_path / "project").mkdir()
    with scrapyd(tmp_path / "scrapyd") as port:
        said = deploy(project, port)
        assert '"status": "ok"' in said, said
        (tmp_path / "list.csv").write_text(f"domain,Kunde\n{small_web.seeds[0]},17\n", "utf-8")
        settings = {**LOCAL, "HARVESTER_NAMESERVERS": small_web.nameserver}
        started = ask(
            port, "schedule", project="harvester", spider="contacts", domains=tmp_path / "list.csv",
            setting=[f"{name}={value}" for name, value in settings.items()],
        )  # fmt: skip
        job = started["jobid"]
        finished = wait_for(lambda: ask(port, "listjobs", project="harvester")["finished"])
        assert [entry["id"] for entry in finished] == [job]
        log = Path(tmp_path / f"scrapyd/logs/harvester/contacts/{job}.log").read_text("utf-8")
    rows = read_table(tmp_path / "scrapyd" / "output" / "contacts.csv")
    assert {row["domain"] for row in rows} == {"falkenbach-pumpen.example"}, log
    assert all(IN_THE_EGG in row["why"] for row in rows)
    assert {row["Kunde"] for row in rows} == {"17"}
    assert "Traceback" not in log
    assert (tmp_path / "scrapyd" / "output" / "harvester.db").exists()
