"""The one walk over a parsed page: text, zones, links, forms, and the elements that extractors ask for.

A loop, not a recursion: pages nest tens of thousands of elements deep.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from harvester.extract.document import Document, Element
from harvester.extract.flow import Flow
from harvester.extract.styles import Generated, Styles, is_hiding, is_turning
from harvester.extract.tag_handlers import ON_ENTER, finish_form, finish_link
from harvester.extract.tags import BLOCKS, HEADINGS, PLAIN, PREFORMATTED, STYLED_INLINE, is_wanted
from harvester.extract.zones import ZONE_TAGS, nested_zone, zone_of
from harvester.model import Zone

_BLOCK = object()


class Frame:
    """What has to be done when an element ends."""

    __slots__ = (
        "attrs",
        "form",
        "generated",
        "hidden",
        "mark",
        "outer_zone",
        "skip",
        "start",
        "tag",
        "turned",
        "wanted",
    )

    def __init__(self, tag: str, attrs: dict[str, Any], flow: Flow) -> None:
        self.tag = tag
        self.attrs: dict[str, str] = {name: value or "" for name, value in attrs.items()} if attrs else {}
        self.start = flow.length
        self.mark = len(flow.pieces)
        self.hidden = self.turned = self.wanted = self.skip = False
        self.outer_zone: Zone | None = None
        self.generated: list[Generated] = []
        self.form: list[str] | None = None


class Walk:
    """Gathers a document while walking; `walk` may be called for several trees, then `finish` once."""

    def __init__(self, url: str, styles: Styles, *, all_blocks: bool = False) -> None:
        self.document = Document(url=url)
        self.base = url
        self.styles = styles
        self.all_blocks = all_blocks
        self.visible = Flow()
        self.out_of_sight = Flow()
        self.flow = self.visible
        self.hidden_depth = self.preformatted = 0
        self.zone = Zone.MAIN
        self.form: list[str] | None = None
        self.nested: list[str] = []
        self.joined: dict[str, str] = {}
        self.hidden_after = -1

    def walk(self, root: Any) -> None:
        """Walk one tree of lexbor nodes."""
        node, stack = root, []
        while node is not None:
            child, frame = None, None
            tag = node.tag
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag == "-comment":
                self.document.comments.append(node.comment_content or "")
            elif tag is None or tag[0] == "-":
                child = node.first_child
            else:
                frame = self._enter(tag, node)
                child = None if isinstance(frame, Frame) and frame.skip else node.first_child
            if child is not None:
                stack.append(frame)
                node = child
                continue
            self._leave(frame)
            while (following := node.next) is None:
                node = node.parent
                if node is None or not stack:
                    return
                self._leave(stack.pop())
            node = following

    def finish(self) -> Document:
        """The document, complete but for its source."""
        document = self.document
        document.text = self.visible.text()
        document.hidden_text = self.out_of_sight.text()
        return document

    def absolute(self, href: str) -> str:
        """The absolute URL of a reference; empty where it is none."""
        href = href.strip()
        if href[:7] == "http://" or href[:8] == "https://":
            return href
        known = self.joined.get(href)
        if known is None:
            known = self.joined[href] = self._join(href)
        return known

    def _join(self, href: str) -> str:
        try:
            scheme = urlsplit(href).scheme
            return href if scheme and scheme not in {"http", "https"} else urljoin(self.base, href)
        except ValueError:
            return ""

    def _text(self, raw: str) -> None:
        if self.preformatted:
            self.flow.add_lines(raw)
        else:
            self.flow.add(raw)

    def _enter(self, tag: str, node: Any) -> Frame | object | None:
        attrs = node.attributes
        block = tag in BLOCKS or self.all_blocks
        if block:
            self.flow.break_line()
        if not attrs and tag in PLAIN:
            return _BLOCK if block else None
        frame = Frame(tag, attrs, self.flow)
        if attrs:
            self._look_at(frame)
        elif tag in ZONE_TAGS:
            self._open_zone(frame)
        if tag in PREFORMATTED:
            self.preformatted += 1
        on_enter = ON_ENTER.get(tag)
        if on_enter is not None:
            on_enter(self, frame, node)
        return frame

    def _look_at(self, frame: Frame) -> None:
        """What the attributes say: hidden, turned around, generated content, zone, wanted by an extractor."""
        attrs = frame.attrs
        self._open_zone(frame)
        style = attrs.get("style")
        frame.hidden = (style is not None and is_hiding(style)) or (
            "hidden" in attrs and attrs["hidden"] != "until-found"
        )
        frame.turned = (style is not None and is_turning(style)) or (
            frame.tag == "bdo" and attrs.get("dir", "").lower() == "rtl"
        )
        if self.styles:
            self._apply_styles(frame)
        if frame.hidden:
            self._hide(frame)
        frame.wanted = is_wanted(frame.tag, attrs)
        for rule in frame.generated:
            if rule.where == "before":
                self._generate(rule, frame)

    def _apply_styles(self, frame: Frame) -> None:
        attrs, styles = frame.attrs, self.styles
        keys = ["." + name for name in attrs.get("class", "").split()] + ["[" + name for name in attrs]
        keys += [frame.tag] + (["#" + attrs["id"]] if attrs.get("id") else [])
        if styles.hidden and frame.tag in STYLED_INLINE:
            frame.hidden = frame.hidden or not styles.hidden.isdisjoint(keys)
        frame.turned = frame.turned or not styles.turned.isdisjoint(keys)
        if styles.generated:
            frame.generated = [rule for key in keys for rule in styles.generated.get(key, ())]

    def _hide(self, frame: Frame) -> None:
        if not self.hidden_depth:
            # Hidden letters that follow one another with nothing visible between them are one word.
            if self.visible.length != self.hidden_after:
                self.out_of_sight.break_line()
            self.flow = self.out_of_sight
            frame.mark = len(self.flow.pieces)
        self.hidden_depth += 1

    def _generate(self, rule: Generated, frame: Frame) -> None:
        self.flow.insert("".join(frame.attrs.get(value, "") if kind == "attr" else value for kind, value in rule.parts))

    def _open_zone(self, frame: Frame) -> None:
        attrs = frame.attrs
        names = f"{attrs.get('id', '')} {attrs.get('class', '')}" if "id" in attrs or "class" in attrs else ""
        zone = zone_of(frame.tag, attrs.get("role", ""), names)
        if zone is not None and (inner := nested_zone(self.zone, zone)) is not self.zone:
            frame.outer_zone = self.zone
            self._set_zone(inner)

    def _set_zone(self, zone: Zone) -> None:
        self.zone = zone
        zones, offset = self.document.zones, self.visible.length
        if zones and zones[-1][0] == offset:
            zones.pop()
        if not zones or zones[-1][1] is not zone:
            zones.append((offset, zone))

    def _leave(self, frame: Frame | object | None) -> None:
        if isinstance(frame, Frame):
            self._close(frame)
        elif frame is not None:
            self.flow.break_line()

    def _close(self, frame: Frame) -> None:
        tag, flow = frame.tag, self.flow
        for rule in frame.generated:
            if rule.where == "after":
                self._generate(rule, frame)
        if frame.turned and flow.length > frame.start:
            flow.reverse_since(frame.mark)
            if flow is self.visible:
                self.document.reversed_spans.append((frame.start, flow.length))
        if tag in HEADINGS and flow is self.visible and (heading := flow.since(frame.mark)):
            self.document.headings.append((frame.start, heading))
        if tag in {"a", "area"} and "href" in frame.attrs:
            finish_link(self, frame)
        if frame.wanted:
            self.document.elements.append(Element(tag, frame.attrs, frame.start, self.visible.length))
        if frame.form is not None:
            finish_form(self, frame)
        self._go_back(frame)

    def _go_back(self, frame: Frame) -> None:
        """Undo what the element set when it began."""
        if frame.tag in PREFORMATTED:
            self.preformatted -= 1
        if frame.tag in BLOCKS or self.all_blocks:
            self.flow.break_line()
        if frame.hidden:
            self.hidden_depth -= 1
            if not self.hidden_depth:
                self.flow = self.visible
                self.hidden_after = self.visible.length
        if frame.outer_zone is not None:
            self._set_zone(frame.outer_zone)
