"""The one walk over a parsed page: text, zones, links, forms, and the elements that extractors ask for.

A loop, not a recursion: pages nest tens of thousands of elements deep.
"""

from __future__ import annotations

from typing import Any

from harvester.extract.apart import add_apart, is_alone
from harvester.extract.document import Document, Element
from harvester.extract.effects import NO_EFFECT, Attrs, Effect
from harvester.extract.flow import Flow
from harvester.extract.frame import Frame
from harvester.extract.meanings import Meaning, Meanings, Variants
from harvester.extract.references import References
from harvester.extract.shapes import BLOCK, INLINE, holds_address
from harvester.extract.styles import Generated
from harvester.extract.tag_handlers import finish_form, finish_link
from harvester.extract.tags import AT_ALT, AT_PICTURE, BLOCKS, PREFORMATTED
from harvester.extract.zones import nested_zone
from harvester.model import Zone

SKIP = "skip"


class Walk:
    """Gathers a document while walking; `walk` may be called for several trees, then `finish` once."""

    def __init__(self, url: str, meanings: Meanings) -> None:
        self.document = Document(url=url)
        self.references = References(url)
        self.absolute = self.references.absolute
        self.meanings = meanings
        self.visible = Flow()
        self.out_of_sight = Flow()
        self.flow = self.visible
        self.hidden_depth = self.preformatted = 0
        self.zone = Zone.MAIN
        self.form: list[str] | None = None
        self.nested: list[str] = []
        self.hidden_after = -1

    def walk(self, root: Any) -> None:  # noqa: C901, PLR0912 - in one piece: calls per node cost 0.2 ms a page
        """Walk one tree of lexbor nodes: some 750 a page, of which 300 are white space between blocks.

        To cut the page as lexbor writes it out into tags takes as long (measured 2026-11), for all that tags repeat.
        """
        node, flow, meanings = root, self.flow, self.meanings
        above: list[tuple[Any, Frame | str | None]] = []
        while True:
            child = None
            frame: Frame | str | None = None
            tag = node.tag
            if tag == "-text":
                content = node.text_content
                if content and (flow.tail == "x" or not content.isspace()):
                    if "@" in content and flow is self.visible and is_alone(node):
                        self.document.apart += add_apart(flow, content)
                    else:
                        flow.add(content)
            elif tag is None or tag[0] == "-":
                child = node.first_child
                self._comment(node.comment_content if tag == "-comment" else None)
            else:
                attrs = node.attributes
                found = meanings[(tag, *attrs) if attrs else tag]
                meaning = found[found.values_of(attrs)] if type(found) is Variants else found
                if meaning is BLOCK:
                    frame = BLOCK
                    if flow.tail:
                        flow.break_line()
                elif type(meaning) is Meaning:
                    if meaning.is_plain_link:
                        frame = Frame(tag, meaning.shape, attrs, flow, wanted=False)
                    else:
                        frame = self._enter_closely(meaning, tag, attrs, node)
                        flow = self.flow
                if frame is not SKIP:
                    child = node.first_child
            if child is not None:
                above.append((node, frame))
                node = child
                continue
            while True:  # the node ends, and with a last child its parent
                if frame is BLOCK:
                    if flow.tail:
                        flow.break_line()
                elif frame is not None:
                    self._leave(frame)
                    flow = self.flow
                if (following := node.next) is not None:
                    break
                if not above:
                    return
                node, frame = above.pop()
            node = following

    def finish(self) -> Document:
        """The document, complete but for its source."""
        document = self.document
        document.text = self.visible.text()
        document.hidden_text = self.out_of_sight.text()
        return document

    def _comment(self, content: str | None) -> None:
        # A comment in the middle of a word is filler against robots, perhaps with an address that is nobody's.
        if content and (self.flow.tail != "x" or "<a " in content or "<p" in content):
            self.document.comments.append(content)

    def _enter_closely(self, meaning: Meaning, tag: str, attrs: Attrs, node: Any) -> Frame | str | None:
        shape, zone, effect = meaning.shape, meaning.zone, meaning.effect
        if meaning.is_block and self.flow.tail:
            self.flow.break_line()
        wanted = meaning.is_wanted or (bool(shape.values) and holds_address(attrs, shape))
        if meaning.is_at_sign or (meaning.is_at_sign_if_empty and (tag == "svg" or node.first_child is None)):
            self._insert_at_sign(attrs, certain=True)
        if shape.is_picture:
            self._insert_at_sign(attrs, certain=False)
        if effect is None:
            effect = self.meanings.rules.effect(tag, attrs)
        if shape.on_enter is not None and shape.on_enter(self, attrs, node):
            if wanted:
                self._add_closed(Frame(tag, shape, attrs, self.flow, wanted=True))
            return SKIP
        is_changing = zone is not None or effect is not NO_EFFECT
        if not (is_changing or wanted or shape.needs_frame):
            return BLOCK if meaning.is_block else INLINE
        frame = Frame(tag, shape, attrs, self.flow, wanted=wanted)
        if is_changing or not shape.is_passing:
            self._open(frame, zone, effect)
        return frame

    def _add_closed(self, frame: Frame) -> None:
        """Keep an element but not what is inside it: code is no text, whatever attributes it has."""
        end = self.visible.length
        self.document.elements.append(Element(frame.tag, frame.attrs, end, end))

    def _open(self, frame: Frame, zone: Zone | None, effect: Effect) -> None:
        """Set what the element changes until its end."""
        if zone is not None:
            self._open_zone(frame, zone)
        if effect is not NO_EFFECT:
            self._apply(frame, effect)
        if frame.tag in PREFORMATTED:
            self._preformat(1)
        if frame.tag == "form":
            frame.form = self.form = []

    def _insert_at_sign(self, attrs: dict[str, str | None], *, certain: bool) -> None:
        """A picture or an icon that stands for the at sign, in the middle of a word."""
        alt = attrs.get("alt") or ""
        is_sign = self.flow.tail == "x" if certain else bool(alt and len(alt) < 20 and AT_ALT.match(alt))
        if not certain and not alt and self.flow.tail == "x":
            is_sign = bool(AT_ALT.match(attrs.get("title") or "") or AT_PICTURE.search(attrs.get("src") or ""))
        if is_sign and self.flow.tail:
            self.flow.insert("@")

    def _preformat(self, step: int) -> None:
        self.preformatted += step
        self.visible.preformatted = self.out_of_sight.preformatted = self.preformatted > 0

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
        text = "".join(frame.attrs.get(value, "") if kind == "attr" else value for kind, value in rule.parts)
        if text != "@" or self.flow.pieces[-1:] != ["@"]:  # the class of an empty element has said so already
            self.flow.insert(text)

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

    def _leave(self, frame: Frame | str) -> None:
        flow = self.flow
        if not isinstance(frame, Frame):  # what is left out stands between words like a block
            if flow.tail:
                flow.break_line()
            return
        if frame.is_rare:
            self._close_rare(frame)
        shape = frame.shape
        if shape.is_link:
            finish_link(self, frame)
        elif shape.is_heading and flow is self.visible and (heading := flow.since(frame.mark)):
            self.document.headings.append((frame.start, heading))
        if frame.wanted:
            self.document.elements.append(Element(frame.tag, frame.attrs, *self.span(frame)))
        if not shape.is_passing or frame.is_rare or frame.outer_zone is not None:
            self._go_back(frame)

    def _close_rare(self, frame: Frame) -> None:
        flow = self.flow
        for rule in frame.generated:
            if rule.where == "after":
                self._generate(rule, frame)
        if frame.turned and flow.length > frame.start:
            flow.reverse_since(frame.mark)
            if flow is self.visible:
                self.document.reversed_spans.append((frame.start, flow.length))

    def span(self, frame: Frame) -> tuple[int, int]:
        """Where an element that ends stands in the visible text; out of sight it takes no room there."""
        end = self.visible.length
        return (frame.start if self.flow is self.visible else end), end

    def _go_back(self, frame: Frame) -> None:
        """Undo what the element set when it began."""
        if frame.tag in PREFORMATTED:
            self._preformat(-1)
        if frame.tag in BLOCKS or self.meanings.all_blocks:
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
