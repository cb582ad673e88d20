"""A crawl over TLS: what the system's authorities vouch for is not remarked upon; all else is, and is read."""

from pathlib import Path

import pytest

from harvester.demo.nameserver import serve_names
from harvester.demo.thread import InThread
from harvester.demo.website import WebSites, serve_sites
from tests.crawling import crawl
from tests.rogue_web import certificate, server_tls

PAGE = "<html lang=en><h1>Nord Tools Ltd</h1><p>Write to info@nord.example, we answer within a day.</p>"


@pytest.mark.parametrize(
    ("authority", "host", "remark"),
    [
        ("nord.example", "nord.example", ""),
        ("nord.example", "sued.example", "certificate: host name mismatch"),
        ("", "nord.example", "certificate: self-signed certificate"),
        ("sued.example", "nord.example", "certificate: self-signed certificate"),
    ],
)
def test_whom_the_system_vouches_for(tmp_path: Path, authority: str, host: str, remark: str) -> None:
    (tmp_path / "web" / host).mkdir(parents=True)
    (tmp_path / "web" / host / "index.html").write_text(PAGE)
    (tmp_path / "authorities.pem").write_bytes(certificate(days=30, name=authority)[0] if authority else b"")
    records = {host: {"A": ["127.0.0.1"]}, "nord.example": {"A": ["127.0.0.1"]}}
    sites, tls = WebSites(tmp_path / "web"), server_tls(name="nord.example")
    with InThread(lambda: serve_names(records, None)) as names, InThread(lambda: serve_sites(sites, tls)):
        (tmp_path / "list.txt").write_text(f"https://{host}:{sites.tls_port}\n")
        trusted = {"SSL_CERT_FILE": str(tmp_path / "authorities.pem")}
        ended = crawl(tmp_path, names.address, environment=trusted)
    assert ended.status == 0, ended.said
    assert [row["email"] for row in ended.rows()] == ["info@nord.example"]
    assert [row["detail"] for row in ended.rows("companies.csv")] == [remark]
