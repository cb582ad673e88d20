"""Which URLs belong to the company that is visited."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from harvester.model import Seed
from harvester.urls import company_on, platform_of, same_company


class Scope:
    """The company's hosts: the seed's and the one where its home page was found; on a platform, the seed's own path.

    `website` is the home page as found, `moved_to` the host of another company's name to which it has led.
    """

    def __init__(self, seed: Seed) -> None:
        self._seed = seed
        self._hosts = {_bare(seed.host)}
        self.platform = platform_of(seed.host, seed.path)
        self._covered: dict[str, bool] = {}  # a link is asked about by each page that has it
        self.website: str | None = None
        self.moved_to = ""

    @property
    def closed(self) -> str:
        """Why there is nothing to visit: the platform's own front door, or one that shows nothing to strangers."""
        if self.platform is None:
            return ""
        if self.platform.by_path and "/" not in self._seed.domain:
            return f"the home page of {self.platform.name} is no company's page"
        return "" if self.platform.readable else f"{self.platform.name} shows its pages to members only"

    def adopt(self, url: str) -> None:
        """Take the page where the home page was found as the website, and its host as the company's own."""
        host = urlsplit(url).hostname or ""
        if not any(same_company(host, own) for own in self._hosts):
            self.moved_to = host
        self._hosts.add(_bare(host))
        self._covered.clear()
        self.website = url

    def covers(self, url: str) -> bool:
        """Whether a URL belongs to the company: the same company's host, on a platform below the seed's own path."""
        covered = self._covered.get(url)
        if covered is None:
            covered = self._covered[url] = self._covers(url)
        return covered

    def _covers(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        platform = platform_of(host, path)
        if self.platform is not None:
            return platform is not None and company_on(platform, host, path) == self._seed.domain
        if platform is not None:
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
