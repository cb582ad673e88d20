"""The values of a script: Python's own str, int, float, bool, list and dict, None for null and undefined, and these."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harvester.extract.javascript.tokens import ScriptError

HOLE = "\ufffc"  # stands in a string where the script put something that is not known
MAX_STRING = 200_000
MAX_LIST = 20_000
# For isinstance: `int | float` would be made anew for each question, which takes four times as long.
NUMBER = (int, float)  # bool too
SEQUENCE = (str, list)


@dataclass(slots=True)
class Unknown:
    """Something of the browser or of the visitor: `path` says what, `properties` what the script set on it."""

    path: str


class Parameter(NamedTuple):
    """A parameter of a function: a name or a pattern, what it is when left out, and whether it takes all the rest."""

    target: Any
    default: Any = None
    is_rest: bool = False


class Instance(dict[str, Any]):
    """An object made by a constructor; `prototype` holds its methods."""

    def __init__(self, prototype: dict[str, Any]) -> None:
        super().__init__()
        self.prototype = prototype


@dataclass(slots=True, eq=False)
class Function:
    """A function of the script, with the variables around it."""

    parameters: list[Parameter]
    body: list[Any]
    scope: Scope
    called: bool = False
    members: dict[str, Any] = field(default_factory=dict)  # of a constructor: `prototype`, static methods


@dataclass(slots=True, eq=False)
class Bound:
    """A method taken from a value, or a function of the language by its name."""

    owner: Any
    name: str


@dataclass(slots=True, eq=False)
class Scope:
    """Variables of one function call; `outer` is None for the global ones."""

    names: dict[str, Any] = field(default_factory=dict)
    outer: Scope | None = None

    def holder(self, name: str) -> Scope | None:
        """The scope that knows the name."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression literal."""

    source: str
    flags: str


def to_text(value: Any) -> str:
    """The value as a string, as JavaScript would write it; a hole for what is not known."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "undefined"
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e21 else "NaN" if math.isnan(value) else str(value)
        )
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return joined([("" if item is None else to_text(item)) for item in value], ",")
    return HOLE


def joined(parts: list[str], separator: str = "") -> str:
    """Strings joined, within the limit of length."""
    if sum(map(len, parts)) + len(parts) * len(separator) > MAX_STRING:
        raise ScriptError("string too long")
    return separator.join(parts)


def to_number(value: Any) -> float:
    """The value as a number; NaN for what is none."""
    if isinstance(value, NUMBER):
        return value
    if isinstance(value, str):
        text = value.strip()
        try:
            return (
                int(text, 16)
                if text[:2].lower() == "0x"
                else float(text)
                if len(text) < 40 and "_" not in text and text
                else 0
                if not text
                else math.nan
            )
        except ValueError:
            return math.nan
    if isinstance(value, list) and len(value) < 2:
        return to_number(value[0]) if value else 0
    return math.nan


def to_int32(value: Any) -> int:
    """The value as a signed 32-bit integer; 0 for what is no number."""
    number = to_number(value)
    if isinstance(number, float) and not math.isfinite(number):
        return 0
    return ((int(number) + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def to_index(value: Any, default: int = 0) -> int:
    """The value as a position in a string or list."""
    number = to_number(value)
    if isinstance(number, float) and math.isnan(number):
        return default
    return int(max(-(10**9), min(10**9, number)))


def is_true(value: Any) -> bool:
    """Whether the value counts as true. What is not known does."""
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value) or isinstance(value, (list, dict))


_BY_IDENTITY = (list, dict, Unknown)


def is_same(left: Any, right: Any) -> bool:
    """Equality without types, near enough."""
    if (isinstance(left, str) and isinstance(right, NUMBER)) or (isinstance(right, str) and isinstance(left, NUMBER)):
        return to_number(left) == to_number(right)
    if isinstance(left, _BY_IDENTITY) or isinstance(right, _BY_IDENTITY):
        return left is right
    return bool(left == right)
