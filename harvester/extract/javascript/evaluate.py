"""The value of an expression, as far as it is constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harvester.extract.javascript.expressions import Node
from harvester.extract.javascript.functions import FUNCTIONS
from harvester.extract.javascript.operators import operate, type_of
from harvester.extract.javascript.syntax import parse_script
from harvester.extract.javascript.tokens import ScriptError
from harvester.extract.javascript.values import (
    MAX_LIST,
    Bound,
    Function,
    Pattern,
    Scope,
    Unknown,
    is_true,
    joined,
    to_index,
    to_int32,
    to_number,
    to_text,
)

MAX_STEPS = 150_000
MAX_DEPTH = 120

_GLOBAL_OBJECTS = frozenset({"window", "self", "globalThis", "top", "parent"})
_READ_AS_EMPTY = frozenset(
    {"innerHTML", "outerHTML", "textContent", "innerText", "value", "href", "text", "data", "title"}
)


class Budget(Exception):  # noqa: N818 - a signal, no error
    """The script has had its share of steps."""


class Evaluator:
    """Variables, what was written so far, and expressions; calls and statements build on it."""

    def __init__(self, max_steps: int = MAX_STEPS) -> None:
        self.globals = Scope()
        self.scope = self.globals
        self.steps_left = max_steps
        self.depth = self.calls = self.evals = 0
        self.written: list[str] = []
        self.stream: list[str] = []
        self.properties: dict[str, Any] = {}
        self.pending: dict[str, None] = {}  # properties set since the last take_written

    def step(self) -> None:
        """Count a step; Budget when there are none left."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise Budget

    def evaluate(self, node: Node) -> Any:
        """The value of an expression."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise Budget
        kind = node[0]
        if kind == "literal":
            return node[1]
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth = 0
            raise ScriptError("too deep")
        try:
            return _METHODS[kind](self, node)
        except (TypeError, ValueError, OverflowError, IndexError, KeyError, AttributeError, ZeroDivisionError):
            return Unknown("?")
        finally:
            if self.depth > 0:
                self.depth -= 1

    def on_template(self, node: Node) -> Any:
        """A template literal with its expressions."""
        parts = node[1].split("${")
        texts = [parts[0]]
        for part in parts[1:]:
            inner, _, rest = part.partition("}")
            statements = parse_script(inner)
            value = (
                self.evaluate(statements[0][1]) if statements and statements[0][0] == "expression" else Unknown(inner)
            )
            texts += [to_text(value), rest]
        return joined(texts)

    def on_regex(self, node: Node) -> Any:
        """A regular expression."""
        return Pattern(node[1], node[2])

    def on_name(self, node: Node) -> Any:
        """A variable, a function of the language, or something of the browser."""
        name = node[1]
        holder = self.scope.holder(name)
        if holder is not None:
            return holder.names[name]
        return Bound(None, name) if name in FUNCTIONS or name in {"eval", "setTimeout"} else Unknown(name)

    def on_array(self, node: Node) -> Any:
        """A list."""
        return self._arguments(node[1])

    def on_object(self, node: Node) -> Any:
        """An object literal."""
        return {to_text(self.evaluate(key)): self.evaluate(value) for key, value in node[1]}

    def on_lambda(self, node: Node) -> Any:
        """A function."""
        return Function(node[1], node[2], self.scope)

    def on_comma(self, node: Node) -> Any:
        """The last of several expressions."""
        value = None
        for part in node[1]:
            value = self.evaluate(part)
        return value

    def on_ternary(self, node: Node) -> Any:
        """`a ? b : c`."""
        return self.evaluate(node[2] if is_true(self.evaluate(node[1])) else node[3])

    def on_sum(self, node: Node) -> Any:
        """A chain of `+`."""
        value = self.evaluate(node[1][0])
        pieces: list[str] = []
        for part in node[1][1:]:
            right = self.evaluate(part)
            if pieces:
                pieces.append(to_text(right))
            elif isinstance(value, bool | int | float) and isinstance(right, bool | int | float):
                value = value + right
            else:
                pieces = [to_text(value), to_text(right)]
        return joined(pieces) if pieces else value

    def on_unary(self, node: Node) -> Any:
        """A sign before a value."""
        if node[1] == "delete":
            return True
        value = self.evaluate(node[2])
        if node[1] == "typeof":
            return type_of(value)
        if node[1] == "void":
            return None
        if node[1] == "await" or (isinstance(value, Unknown) and node[1] != "!"):
            return value
        if node[1] == "!":
            return not is_true(value)
        if node[1] == "~":
            return ~to_int32(value)
        return -to_number(value) if node[1] == "-" else to_number(value)

    def on_update(self, node: Node) -> Any:
        """`++` and `--`."""
        old = to_number(self.evaluate(node[2]))
        new = old + 1 if node[1] == "++" else old - 1
        self.assign(node[2], new)
        return new if node[3] else old

    def on_binary(self, node: Node) -> Any:
        """Any other operator."""
        sign, left = node[1], self.evaluate(node[2])
        if sign == "&&":
            return self.evaluate(node[3]) if is_true(left) else left
        if sign in {"||", "??"}:
            keep = (is_true(left) and not isinstance(left, Unknown)) if sign == "||" else left is not None
            return left if keep else self.evaluate(node[3])
        return operate(sign, left, self.evaluate(node[3]))

    def on_assign(self, node: Node) -> Any:
        """An assignment, as an expression."""
        sign, target = node[1], node[2]
        value = self.evaluate(node[3])
        if sign != "=":
            old = self.evaluate(target)
            if sign == "+=" and not (isinstance(old, int | float) and isinstance(value, int | float)):
                value = joined([to_text(old), to_text(value)])
            else:
                value = operate(sign[:-1], old, value) if sign[:-1] not in {"||", "??", "&&"} else (old or value)
        self.assign(target, value)
        return value

    def assign(self, target: Node, value: Any) -> None:
        """Give a variable, a member or a list of them a value."""
        kind = target[0]
        if kind == "name":
            (self.scope.holder(target[1]) or self.globals).names[target[1]] = value
            if target[1] == "location":
                self.write(value)
        elif kind == "array" and isinstance(value, list):
            for part, item in zip(target[1], value, strict=False):
                self.assign(part, item)
        elif kind == "member":
            self._assign_member(self.evaluate(target[1]), self.evaluate(target[2]), value)

    def _assign_member(self, owner: Any, key: Any, value: Any) -> None:
        if isinstance(owner, list) and isinstance(key, int | float):
            index = to_index(key)
            if 0 <= index < MAX_LIST:
                owner.extend([None] * (index + 1 - len(owner)))
                owner[index] = value
        elif isinstance(owner, dict):
            owner[to_text(key)] = value
        elif isinstance(owner, Unknown):
            name = to_text(key)
            if owner.path in _GLOBAL_OBJECTS:
                self.globals.names[name] = value
            else:
                self.set_property(f"{owner.path}.{name}", value)
            if isinstance(value, Function):
                self.call_back(value)

    def on_member(self, node: Node) -> Any:
        """`a.b` and `a[b]`."""
        return self._get(self.evaluate(node[1]), self.evaluate(node[2]))

    def _get(self, owner: Any, key: Any) -> Any:
        if isinstance(owner, str | list):
            if isinstance(key, int | float):
                index = to_index(key, -1)
                return owner[index] if 0 <= index < len(owner) else None
            return len(owner) if key == "length" else Bound(owner, to_text(key))
        if isinstance(owner, dict):
            return owner.get(to_text(key))
        name = to_text(key)
        if isinstance(owner, Unknown):
            return self._get_unknown(owner, name)
        if isinstance(owner, Bound) and owner.owner is None and f"{owner.name}.{name}" in FUNCTIONS:
            return Bound(None, f"{owner.name}.{name}")
        return Bound(owner, name)

    def _get_unknown(self, owner: Unknown, name: str) -> Any:
        if owner.path in _GLOBAL_OBJECTS:
            return self.on_name(("name", name))
        path = f"{owner.path}.{name}"
        if path in self.properties:
            return self.properties[path]
        if path in FUNCTIONS:
            return Bound(None, path)
        return (
            ""
            if name in _READ_AS_EMPTY and owner.path not in {"location", "document.location"}
            else Unknown(path[-200:])
        )

    def on_new(self, node: Node) -> Any:
        """A new object of the language."""
        function = self.evaluate(node[1])
        arguments = self._arguments(node[2])
        if isinstance(function, Bound) and function.owner is None:
            return self.call(function, arguments)
        return Unknown("new")

    def _arguments(self, nodes: list[Node]) -> list[Any]:
        values: list[Any] = []
        for node in nodes:
            if node[0] == "spread":
                value = self.evaluate(node[1])
                values += list(value) if isinstance(value, str | list) else [value]
            else:
                values.append(self.evaluate(node))
        return values

    def on_call(self, node: Node) -> Any:
        """A call."""
        function = self.evaluate(node[1])
        return self.call(function, self._arguments(node[2]))

    def call(self, function: Any, arguments: list[Any]) -> Any:
        """Call a function with values."""
        raise NotImplementedError

    def call_back(self, function: Function) -> None:
        """Call a function that was handed to the browser, once."""
        raise NotImplementedError

    def write(self, value: Any) -> None:
        """Keep the strings in a value that goes to the browser."""
        raise NotImplementedError

    def set_property(self, path: str, value: Any) -> None:
        """Remember what the script put somewhere in the browser."""
        raise NotImplementedError


_METHODS: dict[str, Callable[[Evaluator, Node], Any]] = {
    name[3:]: method for name, method in vars(Evaluator).items() if name.startswith("on_")
}
