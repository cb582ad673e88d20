"""`[jobs.NAME]` and `harvester run`: what is run, in which order, what becomes of it, and who is told."""

import json
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from click.testing import CliRunner, Result
from filelock import FileLock

from harvester.cli import main
from harvester.jobs.running import run_parts
from harvester.jobs.table import FILTERS, RECHECK_KEYS, JobError, load_job
from harvester.options import OPTIONS
from harvester.store import Store
from harvester.terminal import STOPPED
from tests.sample_companies import make_company

FULL = """
[settings]
HARVESTER_MAX_PAGES = 5

[jobs.monday]
list = "fair.xlsx"
sheet = "Halle 3"
recrawl = "7d"
recheck = "30d"
bounces = ["returned/", "imaps://me@mail.example/INBOX"]
filters = { min_priority = "B", status = ["likely", "deliverable"], roles_only = true }
pull = ["hubspot", "odoo"]
charts = "output/charts.html"
report = "output/monday"

[[jobs.monday.exports]]
file = "leads.csv"
format = "salesforce"
new_since = "last-export"

[[jobs.monday.exports]]
file = "all.xlsx"
min_priority = "D"
roles_only = false
limit_per_company = 3

[[jobs.monday.pushes]]
to = "odoo"
fields = ["phone", "function"]
min_priority = "A"

[jobs.monday.notify]
to = "anna@nord.example"
from = "harvester@nord.example"
server = "smtp://127.0.0.1:2525"
"""


def load(text, name="monday"):
    Path("harvester.toml").write_text(text, "utf-8")
    return load_job(Path("harvester.toml"), name)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_job_is_a_list_of_commands():
    job = load(FULL)
    assert [" ".join(part.arguments) for part in job.parts] == [
        "crawl fair.xlsx --sheet=Halle 3 --recrawl=7d",
        "recheck --older-than=30d",
        "bounces returned/ imaps://me@mail.example/INBOX",
        "pull hubspot",
        "pull odoo",
        (
            "export --output=leads.csv --format=salesforce --min-priority=B --status=likely,deliverable --roles-only"
            " --new-since=last-export"
        ),
        "export --output=all.xlsx --min-priority=D --status=likely,deliverable --limit-per-company=3",
        "push odoo --fields=phone,function --min-priority=A --status=likely,deliverable --roles-only",
        "report --output=output/charts.html",
    ]
    assert job.report == Path("output/monday")
    assert job.notification is not None
    assert job.notification.to == ("anna@nord.example",)


def test_tables_for_recheck_and_bounces():
    job = load('[jobs.x]\nrecheck = {older_than = "30d", smtp = true, pages = false}\n'
               'bounces = {sources = "returned/", move_to = "Done"}\n', "x")  # fmt: skip
    assert [part.arguments for part in job.parts] == [
        ("recheck", "--older-than=30d", "--smtp"),
        ("bounces", "--move-to=Done", "returned/"),
    ]
    assert job.report == Path("output/job-x")


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("crawl", ("sheet", "recrawl")),
        ("recheck", RECHECK_KEYS),
        ("bounces", ("move_to",)),
        ("export", ("format", *FILTERS, "wide", "vcard_version", "no_record")),
        ("report", ("output",)),
    ],
)
def test_every_key_is_an_option_of_its_command(name, keys):
    command = main.get_command(click.Context(main), name)
    options = {option for parameter in command.params for option in parameter.opts}
    assert {f"--{key.replace('_', '-')}" for key in keys} <= options


BAD = [
    ("", "There is no table \\[jobs.monday\\].*it has no job"),
    ('[jobs.tuesday]\nlist = "a"', "it has tuesday"),
    ("[jobs.monday]", "nothing to do"),
    ("[jobs]\nmonday = 1", "must be a table"),
    ('[jobs.monday]\nlists = "a"', "lists, which there is not; the nearest is list"),
    ("[jobs.monday]\nlist = true", "list must be a text"),
    ('[jobs.monday]\nlist = "a\\u0000b"', "list must be a text"),
    ('[jobs.monday]\nlist = ""', "needs list"),
    ("[jobs.monday]\nbounces = 3", "bounces must be a text or a list"),
    ('[jobs.monday]\nexports = "x.csv"', "must be written as"),
    ('[[jobs.monday.exports]]\nformat = "csv"', "exports 1, needs file"),
    ('[[jobs.monday.pushes]]\nfields = "phone"', "pushes 1, needs to"),
    ('[[jobs.monday.exports]]\nfile = "a"\nrole_only = true', "the nearest is roles_only"),
    ('[jobs.monday]\nlist = "a"\n[jobs.monday.notify]\nto = "a@b.example"', "needs server"),
    ('[jobs.monday]\nlist = "a"\n[jobs.monday.notify]\nto = "a@b.example"\nfrom = "x"\nserver = "mail.example"',
     "must be written as smtp://"),
    ('[jobs.monday]\nlist = "a"\n[jobs.monday.notify]\nto = []\nfrom = "x"\nserver = "smtp://m.example"', "whom"),
    ("[jobs.monday", "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BAD)
def test_bad_jobs(text, words):
    with pytest.raises(JobError, match=words) as caught:
        load(text)
    assert str(caught.value).endswith(".")


def run(text, name="monday", *arguments) -> Result:
    Path("harvester.toml").write_text(text, "utf-8")
    return CliRunner().invoke(main, ["run", name, *arguments])


SMALL = """
[settings]
HARVESTER_DATABASE_URL = "sqlite:///h.db"
[jobs.monday]
bounces = "nosuch.eml"
[[jobs.monday.exports]]
file = "out/x.csv"
"""


def fill():
    with Store.open("sqlite:///h.db") as store:
        store.save_company(make_company("info@nord.example", "sales@nord.example"))


def test_a_failing_part_does_not_stop_the_others():
    fill()
    result = run(SMALL)
    assert result.exit_code == 1
    assert Path("out/x.csv").read_text("utf-8-sig").count("@nord.example") >= 2
    text = Path("output/job-monday.txt").read_text("utf-8")
    assert text.startswith("Job monday: 1 of 2 parts failed\n")
    assert "failed (1)  harvester bounces nosuch.eml" in text
    assert "done  harvester export --output=out/x.csv" in text
    assert "2 contacts written to out/x.csv." in text
    assert "ever exported: 0 → 2 (+2)" in text
    page = Path("output/job-monday.html").read_text("utf-8")
    assert 'class="failed">failed (1)' in page
    assert "<script" not in page
    assert text in result.output


@pytest.mark.parametrize("stopped_at", [1, 2, None])
def test_a_job_that_was_stopped_goes_no_further(stopped_at):
    """Also where the part that Ctrl-C met had just ended, with a status of its own."""
    heard = []

    def say(line):
        heard.append(line)
        if len(parts()) == stopped_at and " written to " in line:
            raise KeyboardInterrupt

    def parts():
        return [line for line in heard if line.startswith("== ")]

    job = load('[jobs.x]\n[[jobs.x.exports]]\nfile = "a.csv"\n[[jobs.x.exports]]\nfile = "b.csv"\n', "x")
    fill()
    ended = run_parts(job, settings=(), database="sqlite:///h.db", say=say, now=lambda: datetime.now(UTC))
    statuses = [result.status for result in ended.results]
    assert (STOPPED in statuses) == (stopped_at is not None)
    assert len(statuses) == len(parts()) == (stopped_at or 2)


def test_all_done_in_chinese():
    fill()
    result = run('[jobs.x]\n[[jobs.x.exports]]\nfile = "x.csv"\n', "x", "-s", "HARVESTER_LANGUAGE=zh",
                 "-s", "HARVESTER_DATABASE_URL=sqlite:///h.db")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert Path("output/job-x.txt").read_text("utf-8").startswith("作业 x：全部完成\n")


def test_the_second_of_two_overlapping_runs_ends():
    fill()
    Path("output").mkdir()
    with FileLock("output/.job-monday.lock"):
        result = run(SMALL)
    assert result.exit_code == 3
    assert "The job monday is running already" in result.stderr
    assert not Path("out").exists()
    assert run(SMALL).exit_code == 1  # free again


def test_a_job_that_cannot_be_run():
    result = run(SMALL, "nosuch")
    assert result.exit_code == 2
    assert "There is no table [jobs.nosuch]" in result.stderr


class Box(Message):
    def __init__(self):
        super().__init__()
        self.mails = []

    def handle_message(self, message):
        self.mails.append(message)


@contextmanager
def mail_server():
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


NOTIFY = """
[jobs.monday.notify]
to = ["anna@nord.example", "bo@nord.example"]
from = "harvester@nord.example"
server = "smtp://127.0.0.1:{port}"
"""


def test_the_report_is_mailed():
    fill()
    with mail_server() as (box, port):
        result = run(SMALL + NOTIFY.format(port=port))
    assert result.exit_code == 1
    (mail,) = box.mails
    assert mail["Subject"] == "Job monday: 1 of 2 parts failed"
    assert mail["X-RcptTo"] == "anna@nord.example, bo@nord.example"
    plain, html = mail.get_payload()
    assert "2 contacts written" in plain.get_payload(decode=True).decode()
    assert html.get_content_type() == "text/html"


def test_only_failures_are_mailed_where_that_is_wanted():
    fill()
    good = SMALL.replace('bounces = "nosuch.eml"', "")
    with mail_server() as (box, port):
        assert run(good + NOTIFY.format(port=port) + "only_failures = true\n").exit_code == 0
    assert not box.mails


@pytest.mark.parametrize(
    ("more", "words"),
    [("", "could not be mailed by smtp://127.0.0.1:1"), ('user = "a"\npassword_variable = "NO_SUCH"\n', "NO_SUCH")],
)
def test_a_mail_that_cannot_be_sent_is_told(more, words):
    fill()
    good = SMALL.replace('bounces = "nosuch.eml"', "")
    result = run(good + NOTIFY.format(port=1) + more)
    assert result.exit_code == 1
    assert words in result.stderr
    assert Path("output/job-monday.txt").exists()


def test_settings(monkeypatch):
    Path("harvester.toml").write_text("[settings]\nHARVESTER_MAX_PAGES = 5\nDOWNLOAD_DELAY = 3\n[jobs.x]\n", "utf-8")
    monkeypatch.setenv("DOWNLOAD_DELAY", "2")
    url = "postgresql://me:secret@db.example/x"
    result = CliRunner().invoke(main, ["settings", "--json", "-s", f"HARVESTER_DATABASE_URL={url}"])
    found = json.loads(result.stdout)
    assert set(found) == {option.name for option in OPTIONS}
    assert found["HARVESTER_MAX_PAGES"] | {"meaning": ""} == {"value": "5", "origin": "harvester.toml", "meaning": ""}
    assert (found["DOWNLOAD_DELAY"]["value"], found["DOWNLOAD_DELAY"]["origin"]) == ("2.0", "environment")
    assert found["DOWNLOAD_TIMEOUT"]["origin"] == "default"
    assert (found["HARVESTER_DATABASE_URL"]["origin"], "secret" in result.stdout) == ("-s", False)
    plain = CliRunner().invoke(main, ["settings"]).stdout
    assert "HARVESTER_MAX_PAGES = 5  (harvester.toml)" in plain
