"""Which bodies are worth reading, by their headers alone."""

from __future__ import annotations

from collections.abc import Mapping

NEVER_TEXT = frozenset({"audio", "font", "image", "model", "video"})
TEXT_APPLICATIONS = frozenset(
    {"ecmascript", "javascript", "json", "vcard", "x-javascript", "x-json", "x-vcard", "xhtml", "xml"}
)


def is_text(content_type: str) -> bool:
    """Whether a `Content-Type` can be a page, a script or a vCard. Missing or malformed ones are read: browsers do."""
    main, slash, rest = content_type.partition(";")[0].strip().lower().partition("/")
    if not slash:
        return True
    if main == "application":
        return rest in TEXT_APPLICATIONS or rest.endswith(("+xml", "+json")) or rest.startswith("x-httpd-")
    return main not in NEVER_TEXT


def is_attachment(headers: Mapping[str, str]) -> bool:
    """Whether the server offers the body as a file to be saved, which is no page. A vCard is offered so too."""
    disposition = headers.get("Content-Disposition", "").strip().lower()
    return disposition.startswith("attachment") and "vcard" not in headers.get("Content-Type", "").lower()
