"""Asks for pages that are known only if they have changed (RFC 9110, 13.1).

It reads `request.meta["harvester_visit"]` (`download/visit_state.py`): what is kept of the visit's pages, by URL.
"""

from __future__ import annotations

from scrapy import Request

from harvester.download.visit_state import VisitState

HEADERS = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}


class ConditionalMiddleware:
    """Sets the conditions of each request, also of each hop of a redirect, which is another page."""

    def process_request(self, request: Request) -> None:
        """Set them, or take away those of the hop before."""
        visit: VisitState | None = request.meta.get("harvester_visit")  # None: the seed's own request
        known = visit.kept if visit else None
        page = known.get(request.url) if known else None
        for header, name in HEADERS.items():
            if page and (mark := getattr(page, name)):
                request.headers[header] = mark.encode("latin-1", "replace")
            elif known is not None:
                request.headers.pop(header, None)
