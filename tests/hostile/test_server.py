"""The bad sites are bad in the way they say: otherwise a crawl that survives them proves nothing."""

import socket
import zlib
from collections.abc import Iterator

import pytest

from tests.hostile.bodies import BOMBS, gzip_of_spaces
from tests.hostile.cases import CASES, GOOD
from tests.hostile.exchange import CHUNK
from tests.hostile.server import Hostile, serve_hostile


@pytest.fixture(scope="module")
def web() -> Iterator[Hostile]:
    with serve_hostile() as running:
        yield running


def ask(web: Hostile, name: str, path: str = "/", *, limit: int = 4 << 20, wait_s: float = 2.0) -> bytes:
    """What a site sends, up to a limit of bytes and of time."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=wait_s) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}.example:{web.port}\r\n\r\n".encode())
        answer = b""
        while len(answer) < limit and (part := connection.recv(1 << 16)):
            answer += part
    return answer


def test_names_are_unique() -> None:
    assert len({case.name for case in (*CASES, *GOOD)}) == len(CASES) + len(GOOD)


STARTS = [
    ("good-00", "/", b"HTTP/1.1 200 OK\r\n"),
    ("good-00", "/robots.txt", b"HTTP/1.1 404 "),
    ("nobody", "/", b"HTTP/1.1 404 "),
    ("redirect-loop", "/", b"HTTP/1.1 302 "),
    ("redirect-loop", "/there", b"HTTP/1.1 302 "),
    ("status-403", "/robots.txt", b"HTTP/1.1 403 "),
    ("status-500", "/robots.txt", b"HTTP/1.1 404 "),
    ("garbage-bytes", "/", b"\0\1\2\3"),
    ("http-0-9", "/", b"<!doctype html>"),
    ("image", "/", b"HTTP/1.1 200 OK\r\ncontent-type: image/png"),
    ("robots-flood", "/robots.txt", b"HTTP/1.1 200 OK\r\n"),
]


@pytest.mark.parametrize(("name", "path", "start"), STARTS)
def test_answers(web: Hostile, name: str, path: str, start: bytes) -> None:
    assert ask(web, name, path).startswith(start)


PLAIN = [case for case in CASES if case.addresses and not case.tls and not case.found_on]
ELSEWHERE = {"three-redirects": "/c"} | {case.name: "/contact-us" for case in CASES if case.name.startswith("sitemap")}
PACKED, BROKEN = "half-gzip", "reset-with-address"


@pytest.mark.parametrize(
    "case", [case for case in PLAIN if case.name not in {PACKED, BROKEN}], ids=lambda case: case.name
)
def test_sites_that_can_be_read_show_their_address(web: Hostile, case) -> None:
    answer = ask(web, case.name, ELSEWHERE.get(case.name, "/"), limit=6 << 20)
    assert f"info@{case.host}".encode() in answer.replace(b"\0", b"")


@pytest.mark.parametrize("encoding", BOMBS)
def test_bombs_are_small(encoding: str) -> None:
    assert len(BOMBS[encoding]()) < 1 << 20


@pytest.mark.parametrize("name", ["huge", "huge-announced", "endless", "endless-headers"])
def test_more_than_anybody_wants(web: Hostile, name: str) -> None:
    assert len(ask(web, name)) >= 4 << 20


@pytest.mark.parametrize("name", ["trickle", "silent"])
def test_no_end_in_sight(web: Hostile, name: str) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=0.5) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {name}.example\r\n\r\n".encode())
        received = b""
        try:
            for _ in range(5):
                received += connection.recv(1 << 16)
        except TimeoutError:
            assert name == "silent"
        assert len(received) < 200


@pytest.mark.parametrize("name", ["reset", "reset-midway", BROKEN])
def test_reset(web: Hostile, name: str) -> None:
    with pytest.raises(ConnectionResetError):
        ask(web, name)


def test_closed_without_a_word(web: Hostile) -> None:
    assert ask(web, "closed") == b""


def test_redirect_chain_goes_on(web: Hostile) -> None:
    assert b"location: /8\r\n" in ask(web, "redirect-chain", "/7")
    assert b"location: /1\r\n" in ask(web, "redirect-chain")


def test_bomb_is_small_and_large() -> None:
    assert len(gzip_of_spaces()) < 1 << 20
    inflate = zlib.decompressobj(wbits=31)
    size, rest = 0, gzip_of_spaces()
    while rest:
        size += len(inflate.decompress(rest, 1 << 20))
        rest = inflate.unconsumed_tail
    assert size + len(inflate.flush()) == 200 << 20


def test_lengths_lie(web: Hostile) -> None:
    head, _, body = ask(web, "length-too-short").partition(b"\r\n\r\n")
    assert int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) < len(body)
    head, _, body = ask(web, "length-too-long").partition(b"\r\n\r\n")
    assert int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) > len(body)
    assert len(CHUNK) > 60_000


def test_stops_while_somebody_listens() -> None:
    server = serve_hostile()
    web = server.start()
    with socket.create_connection(("127.0.0.1", web.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: silent.example\r\n\r\n")
        server.stop()
