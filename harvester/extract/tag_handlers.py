"""What single elements add to the document besides text: scripts, meta tags, frames, fields, at signs as pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harvester.extract.document import Form, Link
from harvester.extract.tags import REFRESH

if TYPE_CHECKING:
    from harvester.extract.walk import Frame, Walk

MAX_FRAGMENT_CHARACTERS = 500_000


def _on_base(walk: Walk, frame: Frame, _node: Any) -> None:
    if frame.attrs.get("href"):
        walk.set_base(walk.absolute(frame.attrs["href"]) or walk.base)


def _on_language(walk: Walk, frame: Frame, _node: Any) -> None:
    language = frame.attrs.get("lang") or frame.attrs.get("xml:lang")
    if language and walk.document.language is None:
        walk.document.language = language.strip()


def _on_frame(walk: Walk, frame: Frame, _node: Any) -> None:
    frame.skip = True
    url = walk.absolute(frame.attrs.get("src", ""))
    if url[:4] == "http":
        walk.document.frames.append(url)
    if frame.attrs.get("srcdoc"):
        walk.nested.append(frame.attrs["srcdoc"][:MAX_FRAGMENT_CHARACTERS])


def _on_raw_html(walk: Walk, frame: Frame, node: Any) -> None:
    frame.skip = True
    walk.nested.append(node.text()[:MAX_FRAGMENT_CHARACTERS])


def _on_form(walk: Walk, frame: Frame, _node: Any) -> None:
    frame.form = walk.form = []


def _on_field(walk: Walk, frame: Frame, _node: Any) -> None:
    if walk.form is not None:
        kind = frame.attrs.get("type", "") or frame.tag
        walk.form.append(f"{frame.attrs.get('name', '') or frame.attrs.get('id', '')} {kind}".strip())


def _on_meta(walk: Walk, frame: Frame, _node: Any) -> None:
    attrs, document = frame.attrs, walk.document
    content = attrs.get("content", "")
    for key in ("name", "property", "itemprop"):
        if attrs.get(key):
            document.meta.setdefault(attrs[key].strip().lower(), content)
    rule = attrs.get("http-equiv", "").lower()
    if rule == "content-language" and document.language is None and content:
        document.language = content.partition(",")[0].strip()
    if rule == "refresh" and document.refresh is None and (match := REFRESH.match(content)) and match.group(1):
        document.refresh = walk.absolute(match.group(1)) or None


def _on_script(walk: Walk, frame: Frame, node: Any) -> None:
    frame.skip = True
    document, attrs = walk.document, frame.attrs
    source = attrs.get("src")
    if source and (url := walk.absolute(source)):
        document.script_urls.append(url)
    code = node.text()
    if not code or code.isspace():
        return
    if "ld+json" in attrs.get("type", "").lower():
        document.json_ld.append(code)
    else:
        document.scripts.append(code)
        document.script_offsets.append(walk.visible.length)


def _on_style(walk: Walk, frame: Frame, node: Any) -> None:
    frame.skip = True
    walk.document.styles.append(node.text())


def _on_title(walk: Walk, frame: Frame, node: Any) -> None:
    frame.skip = True
    if not walk.document.title:
        walk.document.title = " ".join(node.text().split())


ON_ENTER: dict[str, Callable[[Walk, Frame, Any], None]] = {
    "base": _on_base,
    "body": _on_language,
    "form": _on_form,
    "frame": _on_frame,
    "html": _on_language,
    "iframe": _on_frame,
    "input": _on_field,
    "meta": _on_meta,
    "noembed": _on_raw_html,
    "noframes": _on_raw_html,
    "script": _on_script,
    "select": _on_field,
    "style": _on_style,
    "textarea": _on_field,
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
    walk.document.links.append(
        Link(
            url=walk.absolute(href),
            href=href,
            anchor=walk.flow.since(frame.mark) or attrs.get("alt", ""),
            title=attrs.get("title", ""),
            rel=attrs.get("rel", ""),
            zone=walk.zone,
            start=frame.start,
            end=walk.visible.length,
            attrs=attrs,
        )
    )
