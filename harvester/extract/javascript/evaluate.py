"""The value of an expression, as far as it is constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harvester.extract.javascript.expressions import Node
from harvester.extract.javascript.members import Members
from harvester.extract.javascript.operators import operate, type_of
from harvester.extract.javascript.syntax import parse_script
from harvester.extract.javascript.tokens import ScriptError
from harvester.extract.javascript.values import (
    HOLE,
    NUMBER,
    SEQUENCE,
    Bound,
    Function,
    Instance,
    Pattern,
    Unknown,
    is_true,
    joined,
    to_int32,
    to_number,
    to_text,
)

MAX_STEPS = 100_000
MAX_DEPTH = 120


class Budget(Exception):  # noqa: N818 - a signal, no error
    """The script has had its share of steps."""


class Evaluator(Members):
    """Variables, what was written so far, and expressions; calls and statements build on it."""

    def __init__(self, max_steps: int = MAX_STEPS) -> None:
        super().__init__()
        self.steps_left = max_steps
        self.depth = self.calls = self.evals = 0
        self.written: list[str] = []
        self.stream: list[str] = []
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
        if kind == "name":
            return self.on_name(node)
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
        texts = []
        for text, expression in node[1]:
            statements = parse_script(expression) if expression else []
            known = bool(statements) and statements[0][0] == "expression"
            texts.append(to_text(self.evaluate(statements[0][1])) if known else HOLE if expression else text)
        return joined(texts)

    def on_regex(self, node: Node) -> Any:
        """A regular expression."""
        return Pattern(node[1], node[2])

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
            elif isinstance(value, NUMBER) and isinstance(right, NUMBER):
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
            if sign == "+=" and not (isinstance(old, NUMBER) and isinstance(value, NUMBER)):
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
        elif kind == "object" and isinstance(value, dict):
            for key, part in target[1]:
                self.assign(part, value.get(to_text(self.evaluate(key))))
        elif kind == "assign":
            self.assign(target[2], self.evaluate(target[3]) if value is None else value)
        elif kind == "member":
            self.set_member(self.evaluate(target[1]), self.evaluate(target[2]), value)

    def on_member(self, node: Node) -> Any:
        """`a.b` and `a[b]`."""
        return self.get_member(self.evaluate(node[1]), self.evaluate(node[2]))

    def on_new(self, node: Node) -> Any:
        """A new object of the language, or of the script."""
        function = self.evaluate(node[1])
        arguments = self._arguments(node[2])
        if isinstance(function, Bound) and function.owner is None:
            return self.call(function, arguments)
        if isinstance(function, Function):
            prototype = function.members.get("prototype")
            made = Instance(prototype if isinstance(prototype, dict) else {})
            result = self.call(function, arguments, made)
            return result if isinstance(result, dict) else made
        return Unknown(f"new {function.path}"[-200:] if isinstance(function, Unknown) else "new")

    def on_class(self, node: Node) -> Any:
        """A class: its constructor, with the methods."""
        members = {name: (value, is_static) for name, value, is_static in node[1]}
        made = members.pop("constructor", (("lambda", [], []), False))[0]
        fields = [
            ("expression", ("assign", "=", ("member", ("name", "this"), ("literal", name)), value))
            for name, (value, is_static) in members.items()
            if value[0] != "lambda" and not is_static
        ]
        function = Function(made[1], [*fields, *made[2]], self.scope)
        own = {
            name: self.evaluate(value)
            for name, (value, is_static) in members.items()
            if value[0] == "lambda" and not is_static
        }
        static = {name: self.evaluate(value) for name, (value, is_static) in members.items() if is_static}
        function.members = {**static, "prototype": own}
        return function

    def _arguments(self, nodes: list[Node]) -> list[Any]:
        values: list[Any] = []
        for node in nodes:
            if node[0] == "spread":
                value = self.evaluate(node[1])
                values += list(value) if isinstance(value, SEQUENCE) else [value]
            else:
                values.append(self.evaluate(node))
        return values

    def on_call(self, node: Node) -> Any:
        """A call."""
        called = node[1]
        if called[0] == "member":
            owner = self.evaluate(called[1])
            function = self.get_member(owner, self.evaluate(called[2]))
            this = owner if isinstance(owner, dict | str | list | Function) else None
            return self.call(function, self._arguments(node[2]), this)
        return self.call(self.evaluate(called), self._arguments(node[2]))


_METHODS: dict[str, Callable[[Evaluator, Node], Any]] = {
    name[3:]: getattr(Evaluator, name) for name in dir(Evaluator) if name.startswith("on_")
}
