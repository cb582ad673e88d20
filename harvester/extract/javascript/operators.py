"""The operators of the language, on the values this package knows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from harvester.extract.javascript.functions import power
from harvester.extract.javascript.values import Bound, Function, Unknown, is_same, to_int32, to_number


def type_of(value: Any) -> str:
    """What `typeof` says."""
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "number", float: "number", Function: "function", Bound: "function"}
    return names.get(type(value), "undefined" if value is None else "object")


def operate(sign: str, left: Any, right: Any) -> Any:
    """The result of a binary operator other than `&&`, `||` and `??`; Unknown where an operand is."""
    if sign in {"==", "==="}:
        return is_same(left, right)
    if sign in {"!=", "!=="}:
        return not is_same(left, right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Unknown(sign)
    if sign in _COMPARE:
        if isinstance(left, str) and isinstance(right, str):
            return _COMPARE[sign](left, right)
        return _COMPARE[sign](to_number(left), to_number(right))
    if sign in _BITS:
        return (
            to_int32(_BITS[sign](to_int32(left), to_int32(right)))
            if sign != ">>>"
            else _BITS[sign](to_int32(left), to_int32(right))
        )
    if sign == "+":
        return to_number(left) + to_number(right)
    return _ARITHMETIC[sign](to_number(left), to_number(right)) if sign in _ARITHMETIC else Unknown(sign)


def _remainder(left: float, right: float) -> float:
    return (
        math.fmod(left, right) if isinstance(left, float) or isinstance(right, float) else int(math.fmod(left, right))
    )


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_BITS: dict[str, Callable[[int, int], int]] = {
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << (b & 31),
    ">>": lambda a, b: a >> (b & 31),
    ">>>": lambda a, b: (a & 0xFFFFFFFF) >> (b & 31),
}
_ARITHMETIC: dict[str, Callable[[Any, Any], float]] = {
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b if abs(a) < 1e15 and abs(b) < 1e15 else math.nan,
    "/": lambda a, b: (
        (a // b if isinstance(a, int) and isinstance(b, int) and b and a % b == 0 else a / b) if b else math.nan
    ),
    "%": lambda a, b: _remainder(a, b) if b else math.nan,
    "**": power,
}
