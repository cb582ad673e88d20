"""The methods of strings, lists and numbers that scripts write addresses with."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cmp_to_key, lru_cache
from typing import Any

from harvester.extract.javascript.tokens import ScriptError
from harvester.extract.javascript.values import (
    MAX_LIST,
    Pattern,
    Unknown,
    is_same,
    joined,
    to_index,
    to_text,
)

Call = Callable[[Any, list[Any]], Any]

_UNBOUNDED = re.compile(r"[*+]|\{\d*,\d*\}")
_NESTED = re.compile(r"\)[*+{]")
_MAX_SUBJECT = 2000


@lru_cache(maxsize=256)
def compile_pattern(source: str, flags: str) -> re.Pattern[str]:
    """A script's pattern in Python's syntax; ScriptError for those that could take more than linear time."""
    if len(source) > 300 or _NESTED.search(source) or len(_UNBOUNDED.findall(source)) > 2:
        raise ScriptError("pattern too costly")
    source = (
        source.replace("[^]", r"[\s\S]")
        .replace(r"\/", "/")
        .replace("(?<", "(?P<")
        .replace("(?P<=", "(?<=")
        .replace("(?P<!", "(?<!")
    )
    try:
        return re.compile(source, re.IGNORECASE if "i" in flags else 0)
    except (re.error, OverflowError, RecursionError):
        raise ScriptError("pattern not understood") from None


def _pattern(value: Any, subject: str) -> re.Pattern[str]:
    if not isinstance(value, Pattern):
        return re.compile(re.escape(to_text(value)))
    pattern = compile_pattern(value.source, value.flags)
    if len(subject) > _MAX_SUBJECT and len(_UNBOUNDED.findall(value.source)) > 1:
        raise ScriptError("pattern too costly")
    return pattern


def _replace(text: str, arguments: list[Any], call: Call, *, everywhere: bool = False) -> str:
    what, new = arguments[0], arguments[1] if len(arguments) > 1 else ""
    count = 0 if everywhere or (isinstance(what, Pattern) and "g" in what.flags) else 1
    template = (
        None
        if not isinstance(new, str)
        else re.sub(r"\$(\d)", r"\\g<\1>", new.replace("\\", "\\\\").replace("$&", r"\g<0>"))
    )

    def put(match: re.Match[str]) -> str:
        if template is None:
            return to_text(call(new, [match.group(), *match.groups(), match.start()]))
        return match.expand(template) if "\\" in template else template

    try:
        return joined([_pattern(what, text).sub(put, text, count=count)])
    except (re.error, IndexError):
        raise ScriptError("replacement not understood") from None


def _split(text: str, arguments: list[Any]) -> list[str]:
    if not arguments or arguments[0] is None:
        return [text]
    if isinstance(arguments[0], Pattern):
        return [part or "" for part in _pattern(arguments[0], text).split(text)][:MAX_LIST]
    separator = to_text(arguments[0])
    return (text.split(separator) if separator else list(text))[:MAX_LIST]


def _slice(value: Any, arguments: list[Any]) -> Any:
    start = to_index(arguments[0]) if arguments else 0
    end = to_index(arguments[1]) if len(arguments) > 1 and arguments[1] is not None else len(value)
    return value[slice(*slice(start, end).indices(len(value)))]


def _substring(text: str, arguments: list[Any]) -> str:
    start = max(0, to_index(arguments[0])) if arguments else 0
    end = max(0, to_index(arguments[1])) if len(arguments) > 1 and arguments[1] is not None else len(text)
    return text[min(start, end) : max(start, end)]


def _substr(text: str, arguments: list[Any]) -> str:
    start = to_index(arguments[0]) if arguments else 0
    start = max(0, len(text) + start) if start < 0 else start
    length = to_index(arguments[1]) if len(arguments) > 1 and arguments[1] is not None else len(text)
    return text[start : start + max(0, length)]


def _char_code(text: str, arguments: list[Any]) -> float:
    index = to_index(arguments[0]) if arguments else 0
    return ord(text[index]) if 0 <= index < len(text) else math.nan


def _match(text: str, arguments: list[Any]) -> Any:
    pattern = _pattern(arguments[0], text)
    if isinstance(arguments[0], Pattern) and "g" in arguments[0].flags:
        return [match.group() for match in pattern.finditer(text)][:MAX_LIST] or None
    match = pattern.search(text)
    return [match.group(), *match.groups()] if match else None


def _char_at(text: str, arguments: list[Any]) -> str:
    index = to_index(arguments[0]) if arguments else 0
    return text[index : index + 1] if index >= 0 else ""


_STRING_METHODS: dict[str, Callable[[str, list[Any]], Any]] = {
    "at": lambda s, a: s[to_index(a[0])] if a and -len(s) <= to_index(a[0]) < len(s) else None,
    "charAt": _char_at,
    "charCodeAt": _char_code,
    "codePointAt": _char_code,
    "concat": lambda s, a: joined([s, *map(to_text, a)]),
    "endsWith": lambda s, a: bool(a) and s.endswith(to_text(a[0])),
    "includes": lambda s, a: bool(a) and to_text(a[0]) in s,
    "indexOf": lambda s, a: s.find(to_text(a[0]), max(0, to_index(a[1])) if len(a) > 1 else 0) if a else -1,
    "lastIndexOf": lambda s, a: s.rfind(to_text(a[0])) if a else -1,
    "match": lambda s, a: _match(s, a) if a else None,
    "padStart": lambda s, a: (
        s.rjust(min(1000, to_index(a[0])), (to_text(a[1]) if len(a) > 1 else " ")[:1] or " ") if a else s
    ),
    "repeat": lambda s, a: s * max(0, to_index(a[0])) if a and len(s) * to_index(a[0]) < MAX_LIST else "",
    "search": lambda s, a: m.start() if a and (m := _pattern(a[0], s).search(s)) else -1,
    "slice": _slice,
    "split": _split,
    "startsWith": lambda s, a: bool(a) and s.startswith(to_text(a[0])),
    "substr": _substr,
    "substring": _substring,
    "toLowerCase": lambda s, _: s.lower(),
    "toString": lambda s, _: s,
    "toUpperCase": lambda s, _: s.upper(),
    "trim": lambda s, _: s.strip(),
    "valueOf": lambda s, _: s,
}


def call_string(text: str, name: str, arguments: list[Any], call: Call) -> Any:
    """A method of a string."""
    if name in {"replace", "replaceAll"} and arguments:
        return _replace(text, arguments, call, everywhere=name == "replaceAll")
    method = _STRING_METHODS.get(name)
    return method(text, arguments) if method else Unknown(name)


def call_number(number: float, name: str, arguments: list[Any]) -> Any:
    """A method of a number."""
    if name != "toString":
        return to_text(number)
    base = to_index(arguments[0]) if arguments else 10
    if base == 10 or not 2 <= base <= 36 or not math.isfinite(number):
        return to_text(number)
    digits, rest = "", abs(int(number))
    while rest:
        rest, digit = divmod(rest, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return ("-" if number < 0 else "") + (digits or "0")


def _splice(items: list[Any], arguments: list[Any]) -> list[Any]:
    start = slice(to_index(arguments[0]) if arguments else 0, None).indices(len(items))[0]
    count = max(0, to_index(arguments[1])) if len(arguments) > 1 else len(items)
    removed = items[start : start + count]
    items[start : start + count] = arguments[2:]
    return removed


def _push(items: list[Any], arguments: list[Any]) -> int:
    if len(items) + len(arguments) > MAX_LIST:
        raise ScriptError("list too long")
    items.extend(arguments)
    return len(items)


def _index_of(items: list[Any], arguments: list[Any]) -> int:
    return next((index for index, item in enumerate(items) if arguments and is_same(item, arguments[0])), -1)


def _reverse(items: list[Any]) -> list[Any]:
    items.reverse()
    return items


def _concat(items: list[Any], arguments: list[Any]) -> list[Any]:
    added: list[Any] = []
    for argument in arguments:
        added += argument if isinstance(argument, list) else [argument]
    return (items + added)[:MAX_LIST]


def _flat(items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        flat += item if isinstance(item, list) else [item]
    return flat[:MAX_LIST]


def _sort(items: list[Any], arguments: list[Any], call: Call) -> list[Any]:
    if arguments and arguments[0] is not None:
        items.sort(key=cmp_to_key(lambda a, b: to_index(call(arguments[0], [a, b]))))
    else:
        items.sort(key=to_text)
    return items


_LIST_METHODS: dict[str, Callable[[list[Any], list[Any]], Any]] = {
    "at": lambda items, a: items[to_index(a[0])] if a and -len(items) <= to_index(a[0]) < len(items) else None,
    "flat": lambda items, _: _flat(items),
    "entries": lambda items, _: [[index, item] for index, item in enumerate(items)],
    "concat": _concat,
    "includes": lambda items, a: _index_of(items, a) >= 0,
    "indexOf": _index_of,
    "join": lambda items, a: joined(
        ["" if item is None else to_text(item) for item in items], to_text(a[0]) if a and a[0] is not None else ","
    ),
    "pop": lambda items, _: items.pop() if items else None,
    "push": _push,
    "reverse": lambda items, _: _reverse(items),
    "shift": lambda items, _: items.pop(0) if items else None,
    "slice": _slice,
    "splice": _splice,
    "toString": lambda items, _: to_text(items),
    "unshift": lambda items, a: items.__setitem__(slice(0, 0), a) or len(items),
}


def call_list(items: list[Any], name: str, arguments: list[Any], call: Call) -> Any:
    """A method of a list."""
    method = _LIST_METHODS.get(name)
    if method:
        return method(items, arguments)
    if name == "sort":
        return _sort(items, arguments, call)
    if not arguments:
        return Unknown(name)
    function = arguments[0]
    if name in {"map", "forEach", "filter", "find", "some", "every", "flatMap"}:
        results = [call(function, [item, index, items]) for index, item in enumerate(list(items))]
        if name == "filter":
            return [item for item, result in zip(items, results, strict=False) if result]
        if name == "find":
            return next((item for item, result in zip(items, results, strict=False) if result), None)
        return _flat(results) if name == "flatMap" else results if name == "map" else None
    if name in {"reduce", "reduceRight"}:
        rest = list(items) if name == "reduce" else items[::-1]
        value = arguments[1] if len(arguments) > 1 else rest.pop(0) if rest else None
        for item in rest:
            value = call(function, [value, item])
        return value
    return Unknown(name)
