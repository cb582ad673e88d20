"""What single elements add to the document besides text: scripts, meta tags, frames, fields, at signs as pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harvester.extract.decoders import decode_data_url
from harvester.extract.document import Element, Form, Link
from harvester.extract.tags import REFRESH
from harvester.model import Zone

if TYPE_CHECKING:
    from harvester.extract.frame import Frame
    from harvester.extract.walk import Walk

MAX_FRAGMENT_CHARACTERS = 500_000
LINKS_MAX = 20_000  # of a page; beyond it only those with an address: 250,000 links took 270 MB (2026-11-26)
_PAGE_PATH = re.compile(r"https?://|/[\w./-]{1,200}$|[\w./-]{1,200}\.(?:html?|php|aspx?|jsp)\b", re.IGNORECASE)

_CODE_URL = re.compile(r"mailto|MATMSG|MECARD|VCARD|[?&](?:qr|chl|text|data)=", re.IGNORECASE)

Attrs = dict[str, str | None]
Handler = Callable[["Walk", Attrs, Any], bool]


def _on_base(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    if href := attrs.get("href"):
        walk.references.set_base(walk.absolute(href) or walk.references.base)
    return False


def _on_language(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    language = attrs.get("lang") or attrs.get("xml:lang")
    if language and walk.document.language is None:
        walk.document.language = language.strip()
    return False


def _on_body(walk: Walk, attrs: Attrs, node: Any) -> bool:
    if code := attrs.get("onload"):
        walk.document.scripts.append(code)
        walk.document.script_offsets.append(walk.visible.length)
    return _on_language(walk, attrs, node)


def _on_option(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    """A choice of languages or offices is a link, where its value is the path of a page."""
    value = (attrs.get("value") or "").strip()
    if _PAGE_PATH.match(value) and len(walk.document.links) < LINKS_MAX:
        start = walk.visible.length
        walk.document.links.append(Link(walk.absolute(value), value, "", "", "", walk.zone, start, start, {}))
    return False


def _on_frame(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    reference = attrs.get("src") or ""
    if reference[:14] == "data:text/html":
        walk.nested.append(decode_data_url(reference)[:MAX_FRAGMENT_CHARACTERS])
        return True
    url = walk.absolute(reference)
    if url[:4] == "http":
        walk.document.frames.append(url)
    if source := attrs.get("srcdoc"):
        walk.nested.append(source[:MAX_FRAGMENT_CHARACTERS])
    return True


def _on_picture(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    """A drawing with text inside its own URL, and a QR code that a service draws from the URL."""
    source = attrs.get("src") or ""
    if source[:18] == "data:image/svg+xml" and len(source) <= MAX_FRAGMENT_CHARACTERS:
        drawing = decode_data_url(source)
        if "<text" in drawing:
            walk.nested.append(drawing)
    elif ("%40" in source or "@" in source) and _CODE_URL.search(source):
        end = walk.visible.length
        walk.document.elements.append(Element("img", {"data-qr": source}, end, end))
    return False


def _on_reference(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    """`<link rev="made" href="mailto:…">`."""
    href = attrs.get("href") or ""
    if href[:7].lower() == "mailto:":
        end = walk.visible.length
        kind = attrs.get("rel") or attrs.get("rev") or ""
        walk.document.links.append(Link(href, href, "", attrs.get("title") or "", kind, Zone.HEAD, end, end, {}))
    return False


def _on_raw_html(walk: Walk, _attrs: Attrs, node: Any) -> bool:
    walk.nested.append(node.text()[:MAX_FRAGMENT_CHARACTERS])
    return True


def _on_field(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    if walk.form is not None:
        walk.form.append(f"{attrs.get('name') or attrs.get('id') or ''} {attrs.get('type') or ''}".strip())
    return False


def _on_text_area(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    if walk.form is not None:
        walk.form.append(f"{attrs.get('name') or attrs.get('id') or ''} textarea".strip())
    return False


def _on_meta(walk: Walk, attrs: Attrs, _node: Any) -> bool:
    document = walk.document
    content = attrs.get("content") or ""
    for key in ("name", "property", "itemprop"):
        if name := attrs.get(key):
            document.meta.setdefault(name.strip().lower(), content)
    rule = (attrs.get("http-equiv") or "").lower()
    if rule == "content-language" and document.language is None and content:
        document.language = content.partition(",")[0].strip()
    if rule == "refresh" and document.refresh is None and (match := REFRESH.match(content)) and match.group(1):
        document.refresh = walk.absolute(match.group(1)) or None
    return False


def _on_script(walk: Walk, attrs: Attrs, node: Any) -> bool:
    document = walk.document
    source = attrs.get("src")
    if source and (url := walk.absolute(source)):
        document.script_urls.append(url)
    code = node.text()
    if not code or code.isspace():
        return True
    if "ld+json" in (attrs.get("type") or "").lower():
        document.json_ld.append(code)
    else:
        document.scripts.append(code)
        document.script_offsets.append(walk.visible.length)
    return True


def _on_style(walk: Walk, _attrs: Attrs, node: Any) -> bool:
    walk.document.styles.append(node.text())
    return True


def _on_title(walk: Walk, _attrs: Attrs, node: Any) -> bool:
    if not walk.document.title:
        walk.document.title = " ".join(node.text().split())
    return True


# Each returns whether what is inside the element is to be left out of the walk.
ON_ENTER: dict[str, Handler] = {
    "base": _on_base,
    "body": _on_body,
    "frame": _on_frame,
    "html": _on_language,
    "iframe": _on_frame,
    "img": _on_picture,
    "input": _on_field,
    "link": _on_reference,
    "meta": _on_meta,
    "noembed": _on_raw_html,
    "noframes": _on_raw_html,
    "option": _on_option,
    "script": _on_script,
    "select": _on_field,
    "style": _on_style,
    "textarea": _on_text_area,
    "title": _on_title,
}


def finish_form(walk: Walk, frame: Frame) -> None:
    """Add the form that ends."""
    fields = frame.form or []
    walk.form = None
    walk.document.forms.append(
        Form(
            action=walk.absolute(frame.attrs.get("action", "")),
            method=frame.attrs.get("method", "get").lower(),
            fields=tuple(fields),
            zone=walk.zone if frame.outer_zone is None else frame.outer_zone,
            has_textarea=any(field.endswith("textarea") for field in fields),
            has_email_field=any("mail" in field.lower() for field in fields),
        )
    )


def finish_link(walk: Walk, frame: Frame) -> None:
    """Add the link that ends."""
    attrs = frame.attrs
    href = attrs["href"]
    start, end = walk.span(frame)
    get = attrs.get
    if href[:14] == "data:text/html":
        walk.nested.append(decode_data_url(href)[:MAX_FRAGMENT_CHARACTERS])
    anchor = walk.flow.since(frame.mark) or get("alt", "")
    if len(walk.document.links) >= LINKS_MAX and "@" not in href:
        return
    walk.document.links.append(
        Link(walk.absolute(href), href, anchor, get("title", ""), get("rel", ""), walk.zone, start, end, attrs)
    )
