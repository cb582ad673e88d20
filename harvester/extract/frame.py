"""An element that is open during the walk, where its end means more than a line break."""

from __future__ import annotations

from typing import Any

from harvester.extract.flow import Flow
from harvester.extract.shapes import Shape
from harvester.extract.styles import Generated
from harvester.model import Zone


class Frame:
    """What has to be done when an element ends. Most stay as they are here."""

    generated: tuple[Generated, ...] = ()
    form: list[str] | None = None
    hidden = turned = is_rare = False
    outer_zone: Zone | None = None

    def __init__(self, tag: str, shape: Shape, attrs: dict[str, Any], flow: Flow, *, wanted: bool) -> None:
        self.tag = tag
        self.shape = shape
        self.wanted = wanted
        self.attrs: dict[str, str] = attrs
        if None in attrs.values():
            self.attrs = {name: value or "" for name, value in attrs.items()}
        self.start = flow.length
        self.mark = len(flow.pieces)
