"""A raw HTTP server on loopback: each path is a function that writes what it likes to the connection."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    content_type: str = "text/html",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A whole response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class RogueWeb:
    """`pages` maps a path to bytes or to a behaviour; `requests` are the request lines; `heads` the raw heads."""

    def __init__(self, pages: Mapping[str, bytes | Behaviour], *, secure: bool) -> None:
        self.pages = dict(pages)
        self.requests: list[str] = []
        self.heads: list[bytes] = []
        self.connections = 0
        self.open = self.most_open = 0
        self.sent = 0
        self.port = 0
        self.scheme = "https" if secure else "http"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                line = head.split(b"\r\n")[0].decode("latin-1")
                self.requests.append(line)
                page = self.pages.get(line.split(" ")[1], self.pages.get("*", answer(b"none", status="404 Not Found")))
                if not isinstance(page, bytes):
                    await page(writer)
                    break
                writer.write(page)
                await writer.drain()
        self.open -= 1
        writer.close()


@asynccontextmanager
async def rogue_web(
    pages: Mapping[str, bytes | Behaviour], *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[RogueWeb]:
    """The server on a free port."""
    web = RogueWeb(pages, secure=tls is not None)
    server = await asyncio.start_server(web.serve, host, 0, ssl=tls, limit=2**20)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()


@cache
def certificate(*, days: int = 30, name: str = "127.0.0.1") -> tuple[bytes, bytes]:
    """A self-signed certificate for a host and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_general_name(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return built.public_bytes(serialization.Encoding.PEM), private


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def server_tls(*, days: int = 30, name: str = "127.0.0.1") -> ssl.SSLContext:
    """A TLS context for the server with such a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(b"".join(certificate(days=days, name=name)))
        context.load_cert_chain(path)
    return context
