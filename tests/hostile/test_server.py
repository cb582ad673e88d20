"""The bad sites are bad in the way they say: otherwise a crawl that survives them proves nothing."""

import socket
import zlib
from collections.abc import Iterator

import pytest

from harvester.model import CompanyStatus
from tests.bad_input_server import CASES, CHUNK, BadInput, bomb, serve_bad_input


@pytest.fixture(scope="module")
def web() -> Iterator[BadInput]:
    with serve_bad_input() as running:
        yield running


def ask(web: BadInput, name: str, path: str = "/", *, limit: int = 4 << 20, wait_s: float = 2.0) -> bytes:
    """What a site sends, up to a limit of bytes and of time."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=wait_s) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}.badinput.example:{web.port}\r\n\r\n".encode())
        answer = b""
        while len(answer) < limit and (part := connection.recv(1 << 16)):
            answer += part
    return answer


def test_names_are_unique_and_ends_are_known() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        assert case.statuses
        assert (CompanyStatus.CONTACTS_FOUND in case.statuses) or case.address is None


STARTS = [
    ("good", "/", b"HTTP/1.1 200 OK\r\n"),
    ("good", "/robots.txt", b"HTTP/1.1 404 "),
    ("nobody", "/", b"HTTP/1.1 404 "),
    ("redirect-loop", "/", b"HTTP/1.1 302 "),
    ("redirect-loop", "/there", b"HTTP/1.1 302 "),
    ("status-403", "/robots.txt", b"HTTP/1.1 403 "),
    ("status-500", "/robots.txt", b"HTTP/1.1 404 "),
    ("garbage", "/", b"\0\1\2\3"),
    ("http-0-9", "/", b"<!doctype html>"),
    ("image", "/", b"HTTP/1.1 200 OK\r\ncontent-type: image/png"),
    ("robots-flood", "/robots.txt", b"HTTP/1.1 200 OK\r\n"),
]


@pytest.mark.parametrize(("name", "path", "start"), STARTS)
def test_answers(web: BadInput, name: str, path: str, start: bytes) -> None:
    assert ask(web, name, path).startswith(start)


@pytest.mark.parametrize("case", [case for case in CASES if case.address], ids=lambda case: case.name)
def test_sites_that_can_be_read_show_their_address(web: BadInput, case) -> None:
    path = "/c" if case.name == "three-redirects" else "/"
    assert case.address.encode() in ask(web, case.name, path).replace(b"\0", b"")


@pytest.mark.parametrize("name", ["huge", "huge-announced", "endless", "endless-headers"])
def test_more_than_anybody_wants(web: BadInput, name: str) -> None:
    assert len(ask(web, name)) >= 4 << 20


@pytest.mark.parametrize("name", ["trickle", "silent"])
def test_no_end_in_sight(web: BadInput, name: str) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=0.5) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {name}.badinput.example\r\n\r\n".encode())
        received = b""
        try:
            for _ in range(5):
                received += connection.recv(1 << 16)
        except TimeoutError:
            assert name == "silent"
        assert len(received) < 200


@pytest.mark.parametrize("name", ["reset", "reset-midway"])
def test_reset(web: BadInput, name: str) -> None:
    with pytest.raises(ConnectionResetError):
        ask(web, name)


def test_closed_without_a_word(web: BadInput) -> None:
    assert ask(web, "closed") == b""


def test_redirect_chain_goes_on(web: BadInput) -> None:
    assert b"location: /8\r\n" in ask(web, "redirect-chain", "/7")
    assert b"location: /1\r\n" in ask(web, "redirect-chain")


def test_bomb_is_small_and_large() -> None:
    assert len(bomb()) < 1 << 20
    inflate = zlib.decompressobj(wbits=31)
    size, rest = 0, bomb()
    while rest:
        size += len(inflate.decompress(rest, 1 << 20))
        rest = inflate.unconsumed_tail
    assert size + len(inflate.flush()) == 200 << 20


def test_lengths_lie(web: BadInput) -> None:
    head, _, body = ask(web, "length-too-short").partition(b"\r\n\r\n")
    assert int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) < len(body)
    head, _, body = ask(web, "length-too-long").partition(b"\r\n\r\n")
    assert int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) > len(body)
    assert len(CHUNK) > 60_000


def test_stops_while_somebody_listens() -> None:
    server = serve_bad_input()
    web = server.start()
    with socket.create_connection(("127.0.0.1", web.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: silent.badinput.example\r\n\r\n")
        server.stop()
