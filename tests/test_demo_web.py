"""The small web answers as its table says: names, pages, failures and the list."""

import asyncio
import csv
import socket
import ssl
import urllib.request
from urllib.error import HTTPError

import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest

from harvester.demo import DemoWeb, SmallWeb, load_companies, serve_demo_web
from harvester.demo.companies import SITES
from harvester.demo.nameserver import NameServer
from harvester.demo.website import WebSites
from harvester.model import CompanyStatus, Grade

BY_HOST = {company.host: company for company in load_companies()}
SERVED = [company.host for company in load_companies() if company.served == "http"]

NAMES = [
    ("falkenbach-pumpen.example", "A", "NOERROR", ["127.0.0.1"]),
    ("WWW.Falkenbach-Pumpen.example", "A", "NOERROR", ["127.0.0.1"]),
    ("rio-claro-cafe.example", "A", "NOERROR", ["127.0.0.1"]),
    ("trois-chenes-vins.example", "MX", "NOERROR", ["10 aspmx.l.google.com.", "20 alt1.aspmx.l.google.com."]),
    ("gmail.com", "MX", "NOERROR", ["10 gmail-smtp-in.l.google.com."]),
    ("mx1.falkenbach-pumpen.example", "A", "NOERROR", ["127.0.0.1"]),
    ("news.caldermoor-textiles.example", "MX", "NOERROR", ["0 ."]),
    # answers that hold nothing
    ("alpenrose-kaese.example", "MX", "NOERROR", []),
    ("falkenbach-pumpen.example", "AAAA", "NOERROR", []),
    ("news.caldermoor-textiles.example", "A", "NOERROR", []),
    ("example", "A", "NOERROR", []),
    ("l.google.com", "A", "NOERROR", []),
    # names that do not exist
    ("gone-tomorrow.example", "A", "NXDOMAIN", []),
    ("mill.caldermoor-textiles.example", "MX", "NXDOMAIN", []),
    ("pumpen.example", "A", "NXDOMAIN", []),
    ("example.com", "A", "NXDOMAIN", []),
    ("gmail.example", "MX", "NXDOMAIN", []),
]


@pytest.mark.parametrize("transport", [dns.query.udp, dns.query.tcp])
@pytest.mark.parametrize(("name", "rdtype", "rcode", "values"), NAMES)
def test_names(small_web: SmallWeb, transport, name: str, rdtype: str, rcode: str, values: list[str]) -> None:
    address, _, port = small_web.nameserver.partition(":")
    response = transport(dns.message.make_query(name, rdtype), address, port=int(port), timeout=5)
    assert dns.rcode.to_text(response.rcode()) == rcode
    assert sorted(str(value) for rrset in response.answer for value in rrset) == values  # sent in any order
    assert bool(response.authority) is not bool(values), "an answer that holds nothing says for how long"


@pytest.mark.parametrize("wire", [b"", b"\0" * 3, b"garbage" * 20, b"\0" * 12])
def test_bytes_that_are_no_query_get_no_answer(wire: bytes) -> None:
    assert NameServer({}).reply(wire) is None


def test_faults_are_silent_or_fail() -> None:
    server = NameServer({}, {"slow.example": "silent", "broken.example": "server_failure"})
    assert server.reply(dns.message.make_query("slow.example", "A").to_wire()) is None
    answer = server.reply(dns.message.make_query("broken.example", "A").to_wire())
    assert answer is not None
    assert dns.message.from_wire(answer).rcode() == dns.rcode.SERVFAIL
    assert server.queries == [("slow.example", "A"), ("broken.example", "A")]


def fetch(web: SmallWeb, host: str, path: str = "/") -> tuple[int, str, bytes]:
    """One page of a site: status, content type, body. Redirects are followed on the same host."""
    request = urllib.request.Request(f"http://127.0.0.1:{web.sites.port}{path}", headers={"Host": host})
    request.add_unredirected_header("Host", f"{host}:{web.sites.port}")
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


@pytest.mark.parametrize("host", SERVED)
def test_every_site_has_a_home_page(small_web: SmallWeb, host: str) -> None:
    status, kind, body = fetch(small_web, f"www.{host}")
    assert status == 200
    assert kind.startswith("text/html")
    assert b"{{" not in body


PAGES = [
    ("hartwell-bearings.example", "/contact", 200, "text/html; charset=utf-8"),
    ("fratelli-corvetti.example", "/contatti/", 200, "text/html; charset=utf-8"),
    ("yongfeng-casting.example", "/lxwm.html", 200, "text/html"),
    ("falkenbach-pumpen.example", "/style.css", 200, "text/css; charset=utf-8"),
    ("vandermolen-trading.example", "/robots.txt", 200, "text/plain; charset=utf-8"),
    ("falkenbach-pumpen.example", "/robots.txt", 404, "text/html; charset=utf-8"),
    ("falkenbach-pumpen.example", "/contact", 404, "text/html; charset=utf-8"),
    ("falkenbach-pumpen.example", "/../companies.toml", 404, "text/html; charset=utf-8"),
    ("falkenbach-pumpen.example", "/../hartwell-bearings.example/contact.html", 404, "text/html; charset=utf-8"),
    ("nobody.example", "/", 404, "text/html; charset=utf-8"),
    ("..", "/companies.toml", 404, "text/html; charset=utf-8"),
    ("", "/style.css", 404, "text/html; charset=utf-8"),
]


@pytest.mark.parametrize(("host", "path", "status", "kind"), PAGES)
def test_pages(small_web: SmallWeb, host: str, path: str, status: int, kind: str) -> None:
    assert fetch(small_web, host, path)[:2] == (status, kind)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("falkenbach-pumpen.example", "/../hartwell-bearings.example/contact.html"),
        ("falkenbach-pumpen.example", "/../../companies.toml"),
        ("falkenbach-pumpen.example", "//etc/passwd"),
        ("..", "/companies.toml"),
        ("", "/"),
    ],
)
def test_no_file_outside_the_sites_folder(host: str, path: str) -> None:
    assert WebSites(SITES).file(host, path) is None


def test_the_chinese_site_is_not_utf_8(small_web: SmallWeb) -> None:
    body = fetch(small_web, "yongfeng-casting.example", "/about.html")[2]
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    with pytest.raises(UnicodeDecodeError):  # what it says of itself is not quite true either, as on the real web
        body.decode("gb2312")
    assert "总经理王喆" in body.decode("gb18030")


def test_home_page_that_redirects(small_web: SmallWeb) -> None:
    assert "Bergkäse" in fetch(small_web, "alpenrose-kaese.example")[2].decode()
    assert ("alpenrose-kaese.example", "/de/") in small_web.requests


def test_certificate_does_not_verify_but_serves(small_web: SmallWeb) -> None:
    host = "fratelli-corvetti.example"
    url = f"https://localhost:{small_web.sites.tls_port}/"
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(url, timeout=5)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(url, headers={"Host": host})
    with urllib.request.urlopen(request, timeout=5, context=context) as answer:
        assert "Corvetti" in answer.read().decode()


def connect(port: int, tls: ssl.SSLContext | None = None) -> None:
    """Connect, shake hands, and hang up."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        if tls is not None:
            tls.wrap_socket(plain, server_hostname="localhost").close()


def test_tls_on_the_plain_port_fails_at_once(small_web: SmallWeb) -> None:
    """https is tried first on every site: it must fail fast."""
    with pytest.raises(ssl.SSLError):
        connect(small_web.sites.port, ssl.create_default_context())


def test_site_that_is_down_refuses(small_web: SmallWeb) -> None:
    with pytest.raises(ConnectionRefusedError):
        connect(small_web.closed_port)


async def ask_in_a_running_loop() -> int:
    async with serve_demo_web(faults={"hartwell-bearings.example": "server_failure"}) as web:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], int(web.nameserver.rpartition(":")[2])
        with pytest.raises(dns.resolver.NoNameservers):
            await asyncio.to_thread(resolver.resolve, "hartwell-bearings.example", "A", lifetime=5)
        assert len(web.seeds) == len(load_companies())
        return web.sites.port


def test_in_a_running_loop() -> None:
    port = asyncio.run(ask_in_a_running_loop())
    with pytest.raises(ConnectionRefusedError):
        connect(port)


def test_two_at_once_and_stop_twice() -> None:
    first, second = DemoWeb(), DemoWeb()
    assert first.start().nameserver != second.start().nameserver
    for web in (first, second, first):
        web.stop()


def test_csv_list_has_other_columns_and_one_bad_line(small_web: SmallWeb, tmp_path) -> None:
    path = small_web.write_list(tmp_path / "list.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["Website"] for row in rows[:-1]] == small_web.seeds
    assert rows[0]["Note"] == "Hannover fair, hall 4"
    assert " " in rows[-1]["Website"]


def test_txt_list_is_one_seed_a_line(small_web: SmallWeb, tmp_path) -> None:
    lines = small_web.write_list(tmp_path / "list.txt").read_text("utf-8").splitlines()
    assert lines[0].startswith("#")
    assert lines[1:] == small_web.seeds


def test_the_table_is_sound() -> None:
    assert len(BY_HOST) == len(load_companies())
    for company in load_companies():
        assert company.host.endswith(".example")
        assert bool(company.contacts) is (company.status is CompanyStatus.CONTACTS_FOUND), company.host
        assert (SITES / company.host).is_dir() is (company.served in {"http", "https"}), company.host
    grades = {expected.priority for company in load_companies() for expected in company.contacts.values()}
    assert grades == set(Grade), "each priority is to be seen"
