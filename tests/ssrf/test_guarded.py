"""Nothing that strangers say makes us connect to a forbidden address: watched at the socket, with the guard on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.demo.thread import InThread
from harvester.verify.ip_addresses import is_public
from tests.crawling import command, read_table, start
from tests.ssrf.farm import (
    BY_DNS,
    BY_MX,
    BY_NAME,
    BY_URL,
    CONTROL,
    OTHER_PUBLIC,
    PUBLIC,
    Farm,
    seeds,
    serve_farm,
    site,
    sites,
)
from tests.ssrf.recorder import RECORD
from tests.ssrf.spellings import ADDRESSES, SPELLINGS

PUBLIC_ONES = {PUBLIC, OTHER_PUBLIC}
SETTINGS = {
    "HARVESTER_ALLOW_PRIVATE_ADDRESSES": 0,
    "HARVESTER_SMTP_HELO": "probe.example",
    "HARVESTER_SMTP_MAIL_FROM": "check@probe.example",
    "HARVESTER_SMTP_RATE": 10_000,
    "DOWNLOAD_TIMEOUT": 5,
    "HARVESTER_MAX_PAGES": 3,
}  # fmt: skip


@pytest.fixture(scope="module")
def farm() -> Iterator[Farm]:
    with InThread(serve_farm) as farm:
        yield farm


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded")


def harvester(folder: Path, farm: Farm, *words: str, **settings: object) -> str:
    """Run a command under the recorder; what it said."""
    ports = f"{farm.http_port},{farm.smtp_port},{farm.nameserver.partition(':')[2]},{farm.proxy_port}"
    name, first, *rest = words
    line = command(
        first, farm.nameserver, *rest, settings=SETTINGS | settings, how=("-m", "tests.ssrf.recorder", ports, name)
    )
    process = start(folder, line, {}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate(timeout=110)
    assert process.returncode == 0, said[-2000:]
    return str(said)


def connected(folder: Path) -> set[str]:
    """The addresses that connections were wanted to since the last call."""
    record = folder / RECORD
    addresses = {json.loads(line)[0] for line in record.read_text("utf-8").splitlines()}
    record.unlink()
    return addresses


def test_the_addresses_are_refused() -> None:
    assert [address for address in ADDRESSES if is_public(address)] == []
    assert all(map(is_public, PUBLIC_ONES))


def test_a_crawl(farm: Farm, folder: Path) -> None:
    assert len(seeds()) > 200 + len(SPELLINGS)
    (folder / "list.csv").write_text(
        "domain\n" + "".join(f'"{seed}"\n' for seed in seeds() if "\n" not in seed), "utf-8"
    )
    harvester(folder, farm, "crawl", "list.csv")
    assert connected(folder) == PUBLIC_ONES

    status = {row["domain"]: row["status"] for row in read_table(folder / "output/companies.csv")}
    assert {
        status[host] for host in sites(("address", "rebinding"), ADDRESSES) if CONTROL not in host.split("-")[1]
    } == {"blocked_address"}
    assert {status[host] for host in sites(("mixed",), ADDRESSES)} == {"contacts_found"}, (
        "the public one of two is used"
    )


def test_each_way_leads_somewhere(farm: Farm) -> None:
    """Else that nothing went wrong would prove nothing."""
    followed = {f"{OTHER_PUBLIC}/contact/{way}url" for way in BY_URL}
    followed |= {f"deep.{site(way + 'name', CONTROL)}/contact/{way}name" for way in BY_NAME if way != "script"}
    followed |= {f"deep.{site('scriptname', CONTROL)}/contact/scriptname/mail.js"}
    followed |= {f"{site(way, CONTROL)}/" for way in BY_DNS}
    assert followed - farm.asked == set()


@pytest.mark.parametrize("by", ["itself", "proxy"])
def test_mail_servers(farm: Farm, folder: Path, by: str) -> None:
    hosts = [*sites(BY_MX, ADDRESSES)]
    (folder / "mail.csv").write_text("email\n" + "".join(f"info@{host}\n" for host in hosts), "utf-8")
    proxy = {"HARVESTER_SMTP_PROXY": f"socks5://127.0.0.1:{farm.proxy_port}"} if by == "proxy" else {}
    harvester(folder, farm, "verify", "mail.csv", "--smtp", "--max-age", "0", **proxy)
    if proxy:
        assert set(farm.proxied) <= PUBLIC_ONES
        assert OTHER_PUBLIC in farm.proxied
        assert connected(folder) == set(), "all by the proxy"
    else:
        assert connected(folder) <= PUBLIC_ONES
    reasons = {row["email"]: row["status_reason"] for row in read_table(folder / "mail.verified.csv")}
    assert {reasons[f"info@{host}"] for host in sites(("mx",), ADDRESSES)[1:]} == {"mx_private"}


def test_a_recheck(farm: Farm, folder: Path) -> None:
    farm.names.moved = True
    said = harvester(folder, farm, "recheck", "--older-than", "0", "--pages")
    assert "gone from page" not in said, "a page that may not be read says nothing"
    assert connected(folder) <= PUBLIC_ONES
