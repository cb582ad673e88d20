"""The download handler against servers in the same process that answer properly, badly, or never."""

from __future__ import annotations

import asyncio
import base64
import gzip
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse
from scrapy.utils.test import get_crawler

from harvester.download.content_types import is_text
from harvester.download.errors import (
    BlockedAddressError,
    CertificateError,
    ConnectTimeoutError,
    NameServerError,
    TlsError,
)
from harvester.download.handler import HarvesterDownloadHandler
from harvester.download.site_resolver import HostsLookedUp, resolver_of
from harvester.download.visit_state import VisitState
from tests.rogue_dns import rogue_dns
from tests.rogue_web import Behaviour, RogueWeb, answer, rogue_web, server_tls

Result = Response | Exception
ZONE = {("site.example", "A"): ["127.0.0.1"], ("nothing.example", "TXT"): ['"x"']}


async def download(
    handler: HarvesterDownloadHandler, *urls: str, meta: Mapping[str, Any] = {}, **arguments: Any
) -> list[Result]:
    """What comes of the URLs, one after the other in one visit."""
    visit = VisitState(hosts=HostsLookedUp(24))
    results: list[Result] = []
    for url in urls:
        request = Request(url, meta={"harvester_visit": visit, **meta}, **arguments)
        try:
            results.append(await handler.download_request(request))
        except Exception as error:  # noqa: BLE001
            results.append(error)
    await visit.connections.close()
    return results


def fetch(
    pages: Mapping[str, bytes | Behaviour] | None = None,
    *paths: str,
    options: Mapping[str, Any] | None = None,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    **arguments: Any,
) -> tuple[list[Result], RogueWeb]:
    """Fetch the paths one after the other with one handler; full URLs stay as they are."""

    async def run() -> tuple[list[Result], RogueWeb]:
        async with rogue_dns(ZONE) as dns, rogue_web(pages or {}, tls=tls) as web:
            defaults = {"HARVESTER_ALLOW_PRIVATE_ADDRESSES": True, "HARVESTER_NAMESERVERS": dns.nameserver}
            settings = defaults | {"DOWNLOAD_TIMEOUT": 3} | dict(options or {})
            handler = HarvesterDownloadHandler.from_crawler(get_crawler(settings_dict=settings))
            urls = [web.url(path, host) if path.startswith("/") else path for path in paths]
            return await download(handler, *urls, **arguments), web

    return asyncio.run(run())


def fetch_one(page: bytes | Behaviour, **arguments: Any) -> Result:
    results, _ = fetch({"/": page}, "/", **arguments)
    return results[0]


def ok(result: Result) -> Response:
    assert isinstance(result, Response), repr(result)
    return result


def test_a_page() -> None:
    page = answer(b"<html>Hello</html>", headers={"Set-Cookie": "a=1", "X-Twice": "1\r\nX-Twice: 2"})
    response = ok(fetch_one(page))
    assert isinstance(response, HtmlResponse)
    assert (response.status, response.body, response.flags) == (200, b"<html>Hello</html>", [])
    assert (str(response.ip_address), response.protocol, response.certificate) == ("127.0.0.1", "HTTP/1.1", None)
    assert response.headers.getlist("X-Twice") == [b"1", b"2"]


KINDS = [
    ("text/html; charset=utf-8", HtmlResponse),
    ("application/xhtml+xml", HtmlResponse),
    ("text/plain", TextResponse),
    ("application/xml", XmlResponse),
    ("text/vcard", TextResponse),
    ("", HtmlResponse),
]


@pytest.mark.parametrize(("content_type", "kind"), KINDS)
def test_response_classes(content_type: str, kind: type[Response]) -> None:
    response = ok(fetch_one(answer(b"<!DOCTYPE html><html>x</html>", content_type=content_type)))
    assert isinstance(response, kind)
    assert response.body


@pytest.mark.parametrize(
    "status", ["301 Moved", "404 Not Found", "403 Forbidden", "500 Oops", "204 No Content", "599 Odd"]
)
def test_each_status_comes_back_and_no_redirect_is_followed(status: str) -> None:
    [result], web = fetch({"/": answer(status=status, headers={"Location": "/other"})}, "/")
    assert ok(result).status == int(status[:3])
    assert len(web.requests) == 1


def test_the_url_is_sent_as_it_is_and_headers_too() -> None:
    path = "/a%2Fb/%7Euser/c%20d;p?x=%41&y=%5b1%5D&z=%E4"
    [_, _], web = fetch(
        {"*": answer(headers={"Set-Cookie": "a=1"})}, path, "/again", headers={"User-Agent": "me", "X-A": "1"}
    )
    assert web.requests[0] == f"GET {path} HTTP/1.1"
    head = web.heads[1].lower()
    assert b"user-agent: me" in head
    assert b"x-a: 1" in head
    assert b"cookie" not in head
    assert b"accept-encoding" not in head, "that is for Scrapy's middleware to say"
    assert web.connections == 1, "the connection is used again"


def test_method_and_body() -> None:
    [result, _], web = fetch({"*": answer()}, "/", "/x", method="HEAD")
    assert ok(result).status == 200
    assert web.requests == ["HEAD / HTTP/1.1", "HEAD /x HTTP/1.1"]


NOT_TEXT = [
    "image/png", "video/mp4", "audio/mpeg", "font/woff2", "application/pdf", "application/zip",
    "application/octet-stream",
    "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/x-gzip",
    "IMAGE/JPEG; q=1", "application/x-shockwave-flash",
]  # fmt: skip
TEXT = [
    "text/html", "TEXT/HTML;charset=x", "text/x-vcard", "application/json", "application/ld+json",
    "application/rss+xml",
    "image", "", "html", "unknown/unknown", "application/javascript", "application/x-httpd-php", ";", "application/xml",
]  # fmt: skip


@pytest.mark.parametrize("content_type", NOT_TEXT)
def test_not_text(content_type: str) -> None:
    assert not is_text(content_type)


@pytest.mark.parametrize("content_type", TEXT)
def test_text(content_type: str) -> None:
    assert is_text(content_type)


class Endless:
    """Sends for ever; `sent` says how much got out."""

    def __init__(self, head: bytes, chunk: bytes, pause_s: float = 0.0) -> None:
        self.head, self.chunk, self.pause_s, self.sent = head, chunk, pause_s, 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self.head)
        while True:
            writer.write(self.chunk)
            await writer.drain()
            self.sent += len(self.chunk)
            await asyncio.sleep(self.pause_s)


def endless(content_type: str = "text/html", chunk: bytes = b"x" * 65536, pause_s: float = 0.0) -> Endless:
    return Endless(f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode(), chunk, pause_s)


@pytest.mark.parametrize("headers", [{}, {"Content-Disposition": 'attachment; filename="x"'}])
def test_a_body_that_is_no_text_is_not_downloaded(headers: dict[str, str]) -> None:
    page = endless("image/png")
    if headers:
        page.head = (
            b'HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="x"\r\n\r\n'
        )
    response = ok(fetch_one(page))
    assert (response.body, response.flags) == (b"", ["not_text"])
    assert page.sent < 20_000_000


def test_a_vcard_is_read_although_it_is_offered_as_a_file() -> None:
    page = answer(b"BEGIN:VCARD", content_type="text/vcard", headers={"Content-Disposition": "attachment"})
    assert ok(fetch_one(page)).body == b"BEGIN:VCARD"


def test_a_body_above_the_limit_is_not_read() -> None:
    options = {"DOWNLOAD_MAXSIZE": 1_000_000}
    page = endless()
    assert isinstance(fetch_one(page, options=options), DownloadCancelledError)
    assert page.sent < 30_000_000
    said = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000001\r\n\r\nxx"
    assert isinstance(fetch_one(said, options=options), DownloadCancelledError)
    assert isinstance(fetch_one(answer(b"x" * 11), meta={"download_maxsize": 10}), DownloadCancelledError)
    assert ok(fetch_one(answer(b"x" * 1_000_000), options=options)).flags == []


def test_a_body_is_cut_where_the_request_says_so() -> None:
    response = ok(fetch_one(endless(), meta={"harvester_truncate": 1000}, options={"DOWNLOAD_MAXSIZE": 10}))
    assert (len(response.body), response.flags) == (1000, ["truncated"])
    short = ok(fetch_one(answer(b"User-agent: *", content_type="image/png"), meta={"harvester_truncate": 1000}))
    assert (short.body, short.flags) == (b"User-agent: *", []), "what is asked for so is read whatever it is called"


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def slow_head(writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Header: 1\r\n" * 100:
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("behaviour", [silence, slow_head, endless(chunk=b"x", pause_s=0.05)])
def test_one_clock_for_everything(behaviour: Behaviour) -> None:
    start = time.monotonic()
    result = fetch_one(behaviour, meta={"download_timeout": 0.6})
    assert isinstance(result, DownloadTimeoutError)
    assert not isinstance(result, ConnectTimeoutError)
    assert 0.5 < time.monotonic() - start < 2.5


def test_no_connection_in_time() -> None:
    with socket.socket() as full:  # a queue of one that is full: further SYNs are dropped
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = []
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
            waiting.append(client)
        [result], _ = fetch({}, f"http://127.0.0.1:{port}/", meta={"download_timeout": 1})
        for client in waiting:
            client.close()
    assert isinstance(result, ConnectTimeoutError)


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()


async def reset_in_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-")
    await writer.drain()
    await asyncio.sleep(0.05)
    await reset(writer)


BAD_ANSWERS: dict[str, bytes | Behaviour] = {
    "nothing": b"",
    "reset": reset,
    "reset in head": reset_in_head,
    "garbage": b"\x00\x01\x02 what is this\r\n\r\n",
    "ssh": b"SSH-2.0-OpenSSH_9.9\r\n",
    "bad status": b"HTTP/1.1 abc OK\r\n\r\n",
    "bad length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nxxxxx",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxx",
    "long header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X-H: 1\r\n" * 5000 + b"\r\n",
    "long status line": b"HTTP/1.1 200 " + b"x" * 200_000 + b"\r\n\r\n",
    "endless header": Endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
    "endless headers": Endless(b"HTTP/1.1 200 OK\r\n", b"X-Header: 1\r\n" * 5000),
}


async def close_at_once(writer: asyncio.StreamWriter) -> None:
    return


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_bad_answers(name: str) -> None:
    page = BAD_ANSWERS[name]
    start = time.monotonic()
    result = fetch_one(close_at_once if page == b"" else page)
    assert isinstance(result, DownloadFailedError), repr(result)
    assert str(result).startswith("127.0.0.1:")
    assert len(str(result)) < 300
    assert time.monotonic() - start < 2, "not found out by the clock"
    if isinstance(page, Endless):
        assert page.sent < 10_000_000


def test_large_headers_of_real_sites_are_taken() -> None:
    response = ok(fetch_one(answer(b"x", headers={"Content-Security-Policy": "a" * 30_000})))
    assert len(response.headers["Content-Security-Policy"]) == 30_000


@pytest.mark.parametrize("head", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
def test_a_body_that_breaks_off(head: str) -> None:
    page = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n\r\n64\r\npart of it".encode()

    async def part(writer: asyncio.StreamWriter) -> None:
        writer.write(page)
        await writer.drain()

    response = ok(fetch_one(part, options={"DOWNLOAD_FAIL_ON_DATALOSS": False}))
    assert response.body.endswith(b"part of it")
    assert response.flags == ["dataloss"]
    assert isinstance(fetch_one(part), ResponseDataLossError)
    kept = fetch_one(part, meta={"download_fail_on_dataloss": True}, options={"DOWNLOAD_FAIL_ON_DATALOSS": False})
    assert isinstance(kept, ResponseDataLossError)


NO_CONNECTION = [
    ("http://absent.example/", CannotResolveHostError, "NXDOMAIN"),
    ("http://nothing.example/", CannotResolveHostError, "no A or AAAA record"),
    (f"http://{'a' * 64}.example/", CannotResolveHostError, "bad name"),
    ("http://a..example/", CannotResolveHostError, ""),
    ("http://2130706433/", CannotResolveHostError, ""),
    ("http:///path", CannotResolveHostError, ""),
    ("http://broken.example/", NameServerError, "SERVFAIL"),
    ("http://127.0.0.1:1/", DownloadConnectionRefusedError, "refused"),
    ("https://127.0.0.1:1/", DownloadConnectionRefusedError, "refused"),
    ("http://site.example:1/", DownloadConnectionRefusedError, "refused"),
]


@pytest.mark.parametrize(("url", "kind", "words"), NO_CONNECTION)
def test_no_connection(url: str, kind: type[Exception], words: str) -> None:
    [result], _ = fetch({}, url)
    assert isinstance(result, Exception)
    assert type(result) is kind, repr(result)
    assert words in str(result)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "site.example"])
@pytest.mark.parametrize("tls", [False, True])
def test_private_addresses_are_refused(host: str, tls: bool) -> None:
    context = server_tls() if tls else None
    [result], web = fetch({}, "/", host=host, tls=context, options={"HARVESTER_ALLOW_PRIVATE_ADDRESSES": False})
    assert isinstance(result, BlockedAddressError)
    assert web.connections == 0


def test_the_name_decides_where_a_request_goes() -> None:
    [result], web = fetch({"/": answer(b"x")}, "/", host="site.example")
    assert ok(result).status == 200
    assert f"Host: site.example:{web.port}".encode() in web.heads[0]


CERTIFICATES = [
    ("127.0.0.1", 30, "certificate:self-signed certificate"),
    ("127.0.0.1", -1, "certificate:certificate has expired"),
    ("other.example", 30, "certificate:self-signed certificate"),
]


@pytest.mark.parametrize(("name", "days", "flag"), CERTIFICATES)
def test_a_bad_certificate_is_noted_and_the_page_is_read(name: str, days: int, flag: str) -> None:
    results, web = fetch({"*": answer(b"x")}, "/", "/2", "/3", tls=server_tls(name=name, days=days))
    assert [ok(result).flags for result in results] in ([[flag]] * 3, [["certificate:self-signed certificate"]] * 3)
    assert web.requests == ["GET / HTTP/1.1", "GET /2 HTTP/1.1", "GET /3 HTTP/1.1"]


def test_where_certificates_must_verify_they_must() -> None:
    results, web = fetch(
        {"*": answer(b"x")}, "/", "/2", tls=server_tls(), options={"DOWNLOAD_VERIFY_CERTIFICATES": True}
    )
    assert [type(result) for result in results] == [CertificateError, CertificateError]
    assert "self-signed certificate" in str(results[0])
    assert web.requests == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_tls_is_read_where_openssl_still_knows_it() -> None:
    context = server_tls()
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    try:
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    except (ValueError, ssl.SSLError):  # pragma: no cover
        pytest.skip("this OpenSSL has no TLS 1.1")
    [result, again], _ = fetch({"*": answer(b"x")}, "/", "/2", tls=context)
    if isinstance(result, TlsError):  # pragma: no cover
        pytest.skip(f"this OpenSSL does not speak TLS 1.1: {result}")
    assert ok(result).flags[0].startswith("certificate:")
    assert ok(again).flags == ok(result).flags


NO_TLS = [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n", b"", b"\x15\x03\x01\x00\x02\x02\x28"]


@pytest.mark.parametrize("greeting", NO_TLS)
def test_no_tls_behind_an_https_url(greeting: bytes) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async def run() -> Result:
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        handler = HarvesterDownloadHandler.from_crawler(
            get_crawler(settings_dict={"HARVESTER_ALLOW_PRIVATE_ADDRESSES": True, "DOWNLOAD_TIMEOUT": 3})
        )
        [result] = await download(handler, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        server.close()
        return result

    result = asyncio.run(run())
    assert type(result) is TlsError, repr(result)


def test_a_proxy_is_used_where_the_request_names_one() -> None:
    async def run() -> tuple[Result, RogueWeb]:
        async with rogue_web({"*": answer(b"from the proxy")}) as proxy:
            handler = HarvesterDownloadHandler.from_crawler(
                get_crawler(settings_dict={"HARVESTER_ALLOW_PRIVATE_ADDRESSES": True})
            )
            credentials = b"Basic " + base64.b64encode(b"user:secret")
            [result] = await download(
                handler,
                "http://absent.example/page",
                meta={"proxy": proxy.url("")},
                headers={"Proxy-Authorization": credentials},
            )
            return result, proxy

    result, proxy = asyncio.run(run())
    assert ok(result).body == b"from the proxy"
    assert proxy.requests == ["GET http://absent.example/page HTTP/1.1"]
    assert proxy.heads[0].lower().count(b"proxy-authorization: basic") == 1


def test_a_compressed_body_stays_as_it_came() -> None:
    packed = gzip.compress(b"<html>packed</html>")
    response = ok(fetch_one(answer(packed, headers={"Content-Encoding": "gzip"})))
    assert response.body == packed
    assert response.headers["Content-Encoding"] == b"gzip"


def test_a_body_that_only_claims_to_be_compressed() -> None:
    response = ok(fetch_one(answer(b"<html>plain</html>", headers={"Content-Encoding": "gzip"})))
    assert (response.body, response.headers.get("Content-Encoding")) == (b"<html>plain</html>", None)
    assert isinstance(response, HtmlResponse)


@pytest.mark.parametrize(
    "value", [["127.0.0.1:5353", "[::1]:53"], "127.0.0.1:5353,[::1]:53", "127.0.0.1:5353, [::1]:53"]
)
def test_one_resolver_per_crawl_from_the_setting(value: object) -> None:
    crawler, other = (get_crawler(settings_dict={"HARVESTER_NAMESERVERS": value}) for _ in range(2))
    resolver = resolver_of(crawler)
    assert resolver is resolver_of(crawler)
    assert resolver is not resolver_of(other)
    assert [str(server) for server in resolver.nameservers] == ["127.0.0.1:5353", "[::1]:53"]


def test_a_nameserver_that_is_none() -> None:
    with pytest.raises(ValueError, match="nameserver"):
        resolver_of(get_crawler(settings_dict={"HARVESTER_NAMESERVERS": "dns.example"}))
