"""Which URLs belong to the company that is visited."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from harvester.model import Seed
from harvester.urls import platform_of, same_company


class Scope:
    """The company's hosts: the seed's and the one where its home page was found; on a platform, the seed's own path.

    `website` is the home page as found, `moved_to` the host of another company's name to which it has led.
    """

    def __init__(self, seed: Seed) -> None:
        self._seed = seed
        self._hosts = {_bare(seed.host)}
        self.platform = platform_of(seed.host, seed.path)
        self.website: str | None = None
        self.moved_to = ""

    def adopt(self, url: str) -> None:
        """Take the page where the home page was found as the website, and its host as the company's own."""
        host = urlsplit(url).hostname or ""
        if not any(same_company(host, own) for own in self._hosts):
            self.moved_to = host
        self._hosts.add(_bare(host))
        self.website = url

    def covers(self, url: str) -> bool:
        """Whether a URL belongs to the company: the same company's host, on a platform below the seed's own path."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if self.platform is not None:
            path = self._seed.domain.partition("/")[2]
            return _bare(host) == _bare(self._seed.host) and parts.path.startswith(f"/{path}")
        if platform_of(host, parts.path) is not None:
            return False
        return any(same_company(host, own) for own in self._hosts)

    def spell(self, url: str) -> str:
        """Return the URL on the seed's own port: a server that was named with one often links to its public address."""
        if self._seed.port is None or self.website is None:
            return url
        parts, home = urlsplit(url), urlsplit(self.website)
        host = parts.hostname or ""
        if parts.port is not None or _bare(host) != _bare(self._seed.host):
            return url
        return urlunsplit(parts._replace(scheme=home.scheme, netloc=f"{host}:{self._seed.port}"))


def _bare(host: str) -> str:
    return host.removeprefix("www.")
