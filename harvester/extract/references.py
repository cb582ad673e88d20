"""What the references of a page lead to: absolute URLs."""

from __future__ import annotations

import re
from urllib.parse import urljoin

_OTHER_SCHEME = re.compile(r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]{0,20}:", re.IGNORECASE)
# Paths that need no joining: no scheme, no segment that begins with a dot, no query alone. Joining costs 20 times as
# much, and half of what links cost was joining.
_PLAIN_PATH = re.compile(r"/?[\w-][^:.\s\\]*(?:(?<!/)\.(?!\.)[^:.\s\\]*)*\Z")
_UPWARDS = re.compile(r"(?:\.\./)+")


class References:
    """References relative to a base, the URL of the page or what its `<base>` says."""

    def __init__(self, base: str) -> None:
        self._joined: dict[str, str] = {}
        self.set_base(base)

    def set_base(self, base: str) -> None:
        """The URL that references are relative to."""
        self.base = base
        self._joined.clear()
        start = base.find("/", base.find("://") + 3) if "://" in base else 0
        self.origin = base[:start] if start > 0 else base
        self.page = base.partition("#")[0]
        self.folder = self.page.partition("?")[0]
        self.folder = (
            self.folder[: self.folder.rfind("/") + 1] if self.folder.rfind("/") > start - 1 >= 0 else self.folder + "/"
        )
        path = self.folder[len(self.origin) :]
        is_plain = self.origin[:4] == "http" and path[:1] == "/" and "//" not in path and "/." not in path
        self._steps = path.split("/")[:-1] if is_plain else []

    def absolute(self, href: str) -> str:
        """The absolute URL of a reference; empty where it is none. A page repeats a third of its references."""
        known = self._joined.get(href)
        if known is None:
            known = self._joined[href] = self._resolve(href.strip())
        return known

    def _resolve(self, href: str) -> str:
        if href[:7] == "http://" or href[:8] == "https://":
            return href if "[" not in href else self._join(href)
        if not href or href[0] == "#":
            return self.page + href
        if _PLAIN_PATH.match(href):
            return (self.origin if href[0] == "/" else self.folder) + href
        return self._join(href)

    def _join(self, href: str) -> str:
        if self._steps and (up := _UPWARDS.match(href)) and "//" not in href and _PLAIN_PATH.match(href, up.end()):
            left = max(1, len(self._steps) - up.end() // 3)
            return f"{self.origin}{'/'.join(self._steps[:left])}/{href[up.end() :]}"
        try:
            return href if _OTHER_SCHEME.match(href) else urljoin(self.base, href)
        except ValueError:
            return ""
