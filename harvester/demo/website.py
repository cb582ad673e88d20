"""The web servers of the small web: files from a folder per host, the host taken from the request."""

from __future__ import annotations

import logging
import mimetypes
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

STYLESHEET = "style.css"
PORT_MARK = b"{{port}}"
NOT_FOUND = "<!doctype html><html lang=en><title>Not found</title><h1>404</h1><p>There is no such page here.</p></html>"
# A client that tries TLS on the plain port is expected (https is always tried first): nothing to log.
QUIET = logging.getLogger("harvester.demo.quiet")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


@dataclass(slots=True)
class WebSites:
    """Which folder a host is served from. `requests` is what was asked for, in order: (host, path with query)."""

    folder: Path
    redirects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    tls_port: int = 0

    def file(self, host: str, path: str) -> Path | None:
        """The file for a path: `/` is index.html, `/team` may be team.html. Never one outside the host's folder."""
        root = (self.folder / host).resolve()
        if root.parent != self.folder.resolve() or not root.is_dir():
            return None
        target = (root / path.lstrip("/")).resolve()
        candidates = [target / "index.html", target, target.with_name(target.name + ".html")]
        if path == f"/{STYLESHEET}":
            candidates.append(self.folder / STYLESHEET)
        inside = (file for file in candidates if file.is_relative_to(root) or file.parent == self.folder)
        return next((file for file in inside if file.is_file()), None)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One page, redirect or 404."""
        host = request.host.partition(":")[0].lower().removeprefix("www.")
        self.requests.append((host, request.path_qs))
        location = self.redirects.get(host, {}).get(request.path)
        if location:
            return web.Response(status=302, headers={"Location": location})
        file = self.file(host, request.path)
        if file is None:
            return web.Response(status=404, text=NOT_FOUND, content_type="text/html")
        body = file.read_bytes().replace(PORT_MARK, str(self.port).encode())
        return web.Response(body=body, headers={"Content-Type": content_type(file, body)})


def content_type(file: Path, body: bytes) -> str:
    """By the file's name. UTF-8 text says so; other text leaves it to the page, as old servers do."""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if not kind.startswith("text/"):
        return kind
    try:
        body.decode()
    except UnicodeDecodeError:
        return kind
    return f"{kind}; charset=utf-8"


@asynccontextmanager
async def serve_sites(sites: WebSites, tls: ssl.SSLContext) -> AsyncIterator[WebSites]:
    """Serve all sites on two free ports of 127.0.0.1, one plain and one with TLS, for as long as the block lasts."""
    runner = web.ServerRunner(web.Server(sites.answer, access_log=None, logger=QUIET), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        sites.port, sites.tls_port = (address[1] for address in runner.addresses)
        yield sites
    finally:
        await runner.cleanup()
