"""The one walk over a parsed page: text, zones, links, forms, and the elements that extractors ask for.

A loop, not a recursion: pages nest tens of thousands of elements deep.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from harvester.extract.apart import add_apart, is_alone
from harvester.extract.document import Document, Element
from harvester.extract.flow import Flow
from harvester.extract.frame import Frame
from harvester.extract.shapes import BLOCK, INLINE, NO_LOOK, OTHER, holds_address, look_of, shape_of, sign_of
from harvester.extract.styles import NO_EFFECT, Effect, Generated, Styles, effect_of
from harvester.extract.tag_handlers import ON_ENTER, finish_form, finish_link
from harvester.extract.tags import AT_ALT, BLOCKS, HEADINGS, PREFORMATTED, STYLED_INLINE
from harvester.extract.zones import nested_zone
from harvester.model import Zone

_NEW, SKIP = "new", "skip"
_OTHER_SCHEME = re.compile(r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]{0,20}:", re.IGNORECASE)
# Paths that need no joining: no scheme, no dots, no query alone.
_PLAIN_PATH = re.compile(r"/?[\w-][^:.\s\\]*(?:\.(?!\.)[^:.\s/\\]*)*\Z")


class Walk:
    """Gathers a document while walking; `walk` may be called for several trees, then `finish` once."""

    def __init__(self, url: str, styles: Styles, *, all_blocks: bool = False) -> None:
        self.document = Document(url=url)
        self.joined: dict[str, str] = {}
        self.set_base(url)
        self.styles = styles
        self.style_keys = styles.keys
        self.signs: dict[object, str | None] = {}
        self.all_blocks = all_blocks
        self.visible = Flow()
        self.out_of_sight = Flow()
        self.flow = self.visible
        self.hidden_depth = self.preformatted = 0
        self.zone = Zone.MAIN
        self.form: list[str] | None = None
        self.nested: list[str] = []
        self.hidden_after = -1

    def walk(self, root: Any) -> None:
        """Walk one tree of lexbor nodes."""
        node = root
        stack: list[Any] = []
        push, pop, enter, leave = stack.append, stack.pop, self._enter, self._leave
        while node is not None:
            child, frame = None, None
            tag = node.tag
            if tag == "-text":
                content = node.text_content
                if content and "@" in content and self.flow is self.visible and is_alone(node):
                    self.document.apart += add_apart(self.visible, content)
                else:
                    self.flow.add(content)
            elif tag is None or tag[0] == "-":
                child = node.first_child
                self._comment(node.comment_content if tag == "-comment" else None)
            else:
                frame = enter(tag, node)
                child = node.first_child if frame is not SKIP else None
            if child is not None:
                push(frame)
                node = child
                continue
            if frame is not None:
                leave(frame)
            while (following := node.next) is None:
                node = node.parent
                if node is None or not stack:
                    return
                frame = pop()
                if frame is not None:
                    leave(frame)
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
            return href if "[" not in href else self._join(href)
        if not href or href[0] == "#":
            return self.page + href
        if _PLAIN_PATH.match(href):
            return (self.origin if href[0] == "/" else self.folder) + href
        known = self.joined.get(href)
        if known is None:
            known = self.joined[href] = self._join(href)
        return known

    def set_base(self, base: str) -> None:
        """The URL that references are relative to."""
        self.base = base
        self.joined.clear()
        start = base.find("/", base.find("://") + 3) if "://" in base else 0
        self.origin = base[:start] if start > 0 else base
        self.page = base.partition("#")[0]
        self.folder = self.page.partition("?")[0]
        self.folder = (
            self.folder[: self.folder.rfind("/") + 1] if self.folder.rfind("/") > start - 1 >= 0 else self.folder + "/"
        )

    def _join(self, href: str) -> str:
        try:
            return href if _OTHER_SCHEME.match(href) else urljoin(self.base, href)
        except ValueError:
            return ""

    def _comment(self, content: str | None) -> None:
        # A comment in the middle of a word is filler against robots, perhaps with an address that is nobody's.
        if content and (self.flow.tail != "x" or "<a " in content or "<p" in content):
            self.document.comments.append(content)

    def _enter(self, tag: str, node: Any) -> Any:
        attrs = node.attributes
        count = len(attrs)
        if count == 0 or (count == 1 and "class" in attrs):
            key = (tag, attrs["class"]) if count else tag
            sign = self.signs.get(key, _NEW)
            if sign is _NEW:
                sign = self.signs[key] = self._sign(tag, attrs)
            if sign is not OTHER:
                if sign is BLOCK and self.flow.tail:
                    self.flow.break_line()
                return sign
        return self._enter_closely(tag, attrs, node)

    def _sign(self, tag: str, attrs: dict[str, str | None]) -> str | None:
        """What a tag with at most a class means on this page."""
        if self._rules(tag, attrs):
            return OTHER
        sign = sign_of(tag, attrs.get("class"))
        return BLOCK if self.all_blocks and sign is INLINE else sign

    def _rules(self, tag: str, attrs: dict[str, str | None]) -> list[str]:
        """The rules of the page's own styles that match an element, by their keys."""
        rules = self.style_keys
        if not rules:
            return []
        keys = ["." + name for name in (attrs.get("class") or "").split()] + ["[" + name for name in attrs]
        return [key for key in (*keys, tag, f"#{attrs.get('id')}") if key in rules]

    def _enter_closely(self, tag: str, attrs: dict[str, str | None], node: Any) -> Any:
        shape = shape_of(tag, *attrs)
        is_block = shape.is_block or self.all_blocks
        if is_block and self.flow.tail:
            self.flow.break_line()
        if shape.sign is not OTHER and not self.style_keys:
            return BLOCK if is_block else INLINE
        look = look_of(tag, attrs.get("role"), attrs.get("class"), attrs.get("id")) if shape.has_names else NO_LOOK
        wanted = look.is_wanted or shape.is_wanted or (bool(shape.values) and holds_address(attrs, shape.values))
        if shape.is_picture or look.is_at_sign:
            self._insert_at_sign(attrs, certain=look.is_at_sign)
        effect = self._effect(tag, attrs) if shape.has_style or self.style_keys else NO_EFFECT
        on_enter = ON_ENTER.get(tag)
        if on_enter is not None and on_enter(self, attrs, node) and not wanted:
            return SKIP
        if look.zone is None and effect is NO_EFFECT and not (wanted or shape.needs_frame):
            return BLOCK if is_block else INLINE
        frame = Frame(tag, attrs, self.flow)
        frame.wanted = wanted
        if look.zone is not None:
            self._open_zone(frame, look.zone)
        if effect is not NO_EFFECT:
            self._apply(frame, effect)
        if tag in PREFORMATTED:
            self._preformat(1)
        if tag == "form":
            frame.form = self.form = []
        return frame

    def _insert_at_sign(self, attrs: dict[str, str | None], *, certain: bool) -> None:
        """A picture or an icon that stands for the at sign, in the middle of a word."""
        alt = attrs.get("alt") or ""
        is_sign = self.flow.tail == "x" if certain else bool(alt and len(alt) < 20 and AT_ALT.match(alt))
        if is_sign and self.flow.tail:
            self.flow.insert("@")

    def _preformat(self, step: int) -> None:
        self.preformatted += step
        self.visible.preformatted = self.out_of_sight.preformatted = self.preformatted > 0

    def _effect(self, tag: str, attrs: dict[str, str | None]) -> Effect:
        """What style does to an element: its own, the page's, and the attributes that say the same."""
        effect = effect_of(attrs.get("style") or "")
        hidden = effect.is_hiding or ("hidden" in attrs and attrs["hidden"] != "until-found")
        turned = effect.is_turning or (tag == "bdo" and (attrs.get("dir") or "").lower() == "rtl")
        styles = self.styles
        generated: list[Generated] = []
        for key in self._rules(tag, attrs):
            hidden = hidden or (key in styles.hidden and tag in STYLED_INLINE)
            turned = turned or key in styles.turned
            generated += styles.generated.get(key, ())
        return Effect(hidden, turned, tuple(generated)) if hidden or turned or generated else NO_EFFECT

    def _apply(self, frame: Frame, effect: Effect) -> None:
        frame.hidden, frame.turned, frame.generated = effect
        frame.is_rare = True
        if frame.hidden:
            self._hide(frame)
        for rule in frame.generated:
            if rule.where == "before":
                self._generate(rule, frame)

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

    def _open_zone(self, frame: Frame, zone: Zone) -> None:
        inner = nested_zone(self.zone, zone)
        if inner is not self.zone:
            frame.outer_zone = self.zone
            self._set_zone(inner)

    def _set_zone(self, zone: Zone) -> None:
        self.zone = zone
        zones, offset = self.document.zones, self.visible.length
        if zones and zones[-1][0] == offset:
            zones.pop()
        if not zones or zones[-1][1] is not zone:
            zones.append((offset, zone))

    def _leave(self, frame: Frame | object) -> None:
        if frame is BLOCK or frame is SKIP:
            if self.flow.tail:
                self.flow.break_line()
        elif isinstance(frame, Frame):
            if frame.is_rare:
                self._close_rare(frame)
            self._close(frame)

    def _close_rare(self, frame: Frame) -> None:
        flow = self.flow
        for rule in frame.generated:
            if rule.where == "after":
                self._generate(rule, frame)
        if frame.turned and flow.length > frame.start:
            flow.reverse_since(frame.mark)
            if flow is self.visible:
                self.document.reversed_spans.append((frame.start, flow.length))

    def _close(self, frame: Frame) -> None:
        tag, flow = frame.tag, self.flow
        if tag in HEADINGS and flow is self.visible and (heading := flow.since(frame.mark)):
            self.document.headings.append((frame.start, heading))
        elif tag in {"a", "area"} and "href" in frame.attrs:
            finish_link(self, frame)
        if frame.wanted:
            self.document.elements.append(Element(tag, frame.attrs, *self.span(frame)))
        if tag not in {"a", "span"} or frame.is_rare or frame.outer_zone is not None:
            self._go_back(frame)

    def span(self, frame: Frame) -> tuple[int, int]:
        """Where an element that ends stands in the visible text; out of sight it takes no room there."""
        end = self.visible.length
        return (frame.start if self.flow is self.visible else end), end

    def _go_back(self, frame: Frame) -> None:
        """Undo what the element set when it began."""
        if frame.tag in PREFORMATTED:
            self._preformat(-1)
        if frame.tag in BLOCKS or self.all_blocks:
            self.flow.break_line()
        if frame.form is not None:
            finish_form(self, frame)
        if frame.hidden:
            self.hidden_depth -= 1
            if not self.hidden_depth:
                self.flow = self.visible
                self.hidden_after = self.visible.length
        if frame.outer_zone is not None:
            self._set_zone(frame.outer_zone)
