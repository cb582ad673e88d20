"""Text as it is laid out: white space collapsed, blocks apart, inline parts joined."""

from __future__ import annotations

from harvester.address import INVISIBLE

_MAX_JOINED = 400


class Flow:
    """Pieces of text and their length. `tail` is the kind of the last character: "" none or line feed, " ", "x"."""

    __slots__ = ("length", "pieces", "preformatted", "tail")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.tail = ""
        self.preformatted = False

    def add(self, raw: str) -> None:
        """Add the text of a node."""
        if self.preformatted and not raw.isspace():
            self._add_lines(raw)
        else:
            self._add_words(raw)

    def _add_words(self, raw: str) -> None:
        piece = " ".join(raw.split())
        if not piece:
            if raw and self.tail == "x":
                self._put(" ", " ")
            return
        has_edges = len(piece) != len(raw)  # else no white space stands at either end
        # What is invisible is not printable, with one exception: the test costs a tenth of the search.
        if not piece.isascii() and (not piece.isprintable() or "\u034f" in piece):
            piece = INVISIBLE.sub("", piece)
            if not piece:
                return
        if has_edges and self.tail == "x" and raw[0].isspace():
            piece = " " + piece
        if has_edges and raw[-1].isspace():
            piece += " "
            self.tail = " "
        else:
            self.tail = "x"
        self.pieces.append(piece)
        self.length += len(piece)

    def _add_lines(self, raw: str) -> None:
        """Preformatted text."""
        for index, line in enumerate(raw.splitlines()):
            if index:
                self.break_line()
            if line and not line.isspace():
                self._add_words(line)
        if raw.endswith("\n"):
            self.break_line()

    def insert(self, text: str) -> None:
        """Add characters as they are."""
        if text:
            self._put(text, "x")

    def break_line(self) -> None:
        """End the line, unless it is empty."""
        if self.tail:
            self.pieces.append("\n")
            self.length += 1
            self.tail = ""

    def since(self, mark: int) -> str:
        """The text of the pieces from an index on, on one line (a bounded number of them: elements nest deeply)."""
        return " ".join("".join(self.pieces[mark : mark + _MAX_JOINED]).split())

    def reverse_since(self, mark: int) -> None:
        """Turn the pieces from an index on around, letter by letter."""
        text = "".join(self.pieces[mark:])
        self.pieces[mark:] = [text[::-1]]

    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    def _put(self, piece: str, tail: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)
        self.tail = tail
