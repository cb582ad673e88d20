"""Expressions -> a tree of tuples, `(kind, …)`, by operator precedence."""

from __future__ import annotations

from typing import Any

from harvester.extract.javascript.tokens import END, ScriptError, Token
from harvester.extract.javascript.values import Parameter

Node = tuple[Any, ...]

MAX_NESTING = 60

_POWERS = (
    (4, "?? ||"), (5, "&&"), (6, "|"), (7, "^"), (8, "&"), (9, "== != === !=="),
    (10, "< > <= >= in instanceof"), (11, "<< >> >>>"),
    (12, "+ -"), (13, "* / %"), (14, "**"),
)  # fmt: skip
_BINARY = {sign: power for power, signs in _POWERS for sign in signs.split()}
_ASSIGN = frozenset(
    {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>=", "**=", "&&=", "||=", "??="}
)
_UNARY = frozenset({"!", "-", "+", "~", "typeof", "void", "delete", "await"})
_LITERALS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": float("nan")}


class Expressions:
    """Reads expressions; the statements of function bodies are read by the class that builds on this one."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.nesting = 0
        self.closing = _matching(tokens)

    @property
    def peek(self) -> Token:
        """The next token."""
        try:
            return self.tokens[self.position]
        except IndexError:
            return END

    def is_next(self, *signs: str) -> bool:
        """Whether the next token is one of these signs or words."""
        token = self.peek
        return token.text in signs and token.kind in {"sign", "name"}

    def take(self) -> Token:
        """The next token, consumed."""
        token = self.peek
        self.position += 1
        return token

    def accept(self, sign: str) -> bool:
        """Consume the next token if it is this sign."""
        token = self.peek
        if token.text == sign and token.kind in {"sign", "name"}:
            self.position += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        """Consume this sign or raise ScriptError."""
        if not self.accept(sign):
            raise ScriptError(f"{sign} expected, not {self.peek.text}")

    def function_rest(self) -> Node:
        """Parameters and body: `("lambda", parameters, body)`."""
        self.expect("(")
        parameters = self.parameters()
        return ("lambda", parameters, self.block()[1])

    def parameters(self) -> list[Parameter]:
        """Parameters, up to the closing parenthesis."""
        found = []
        while not self.accept(")"):
            is_rest = self.accept("...")
            if self.peek is END:
                raise ScriptError("parameters do not end")
            target = self.primary()
            found.append(Parameter(target, self.assignment() if self.accept("=") else None, is_rest))
            self.accept(",")
        return found

    def expression(self) -> Node:
        """An expression with commas."""
        node = self.assignment()
        if not self.is_next(","):
            return node
        parts = [node]
        while self.accept(","):
            parts.append(self.assignment())
        return ("comma", parts)

    def assignment(self) -> Node:
        """An expression without commas."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ScriptError("nested too deep")
        node = self._arrow() or self._conditional()
        self.nesting -= 1
        return node

    def _arrow(self) -> Node | None:
        begin = self.position
        if self.is_next("async"):
            begin += 1
        token = self.tokens[begin] if begin < len(self.tokens) else END
        end = self.closing.get(begin, -1) + 1 if token.text == "(" else begin + 1
        if (
            (token.text != "(" and token.kind != "name")
            or not 0 < end < len(self.tokens)
            or self.tokens[end].text != "=>"
        ):
            return None
        self.position = begin + 1
        parameters = self.parameters() if token.text == "(" else [Parameter(("name", token.text))]
        self.expect("=>")
        body = self.block()[1] if self.is_next("{") else [("return", self.assignment())]
        return ("lambda", parameters, body)

    def _conditional(self) -> Node:
        node = self._binary(4)
        if self.accept("?"):
            then = self.assignment()
            self.expect(":")
            return ("ternary", node, then, self.assignment())
        if self.peek.kind == "sign" and self.peek.text in _ASSIGN:
            sign = self.take().text
            return ("assign", sign, node, self.assignment())
        return node

    def _binary(self, least: int) -> Node:
        left = self._unary()
        while self.peek.kind in {"sign", "name"} and (power := _BINARY.get(self.peek.text, 0)) >= least:
            sign = self.take().text
            right = self._binary(power + 1)
            # A long chain of + is one flat node: pages join hundreds of pieces.
            if sign == "+" and left[0] == "sum":
                left[1].append(right)
            else:
                left = ("sum", [left, right]) if sign == "+" else ("binary", sign, left, right)
        return left

    def _unary(self) -> Node:
        signs = []
        while self.peek.kind in {"sign", "name"} and (self.peek.text in _UNARY or self.peek.text in {"++", "--"}):
            signs.append(self.take().text)
        node = self.postfix()
        for sign in reversed(signs[-8:]):
            node = ("update", sign, node, True) if sign in {"++", "--"} else ("unary", sign, node)
        return node

    def postfix(self) -> Node:
        """A value with its calls, members and `++`."""
        node = self._chain(self._new() if self.is_next("new") else self.primary())
        if self.peek.kind == "sign" and self.peek.text in {"++", "--"}:
            return ("update", self.take().text, node, False)
        return node

    def _new(self) -> Node:
        self.take()
        node = self.primary()
        while self.accept("."):
            node = ("member", node, ("literal", self.take().text))
        arguments = self._arguments() if self.accept("(") else []
        return ("new", node, arguments)

    def _chain(self, node: Node) -> Node:
        while True:
            if self.accept(".") or self.accept("?."):
                if self.accept("("):
                    node = ("call", node, self._arguments())
                elif self.accept("["):
                    node = self._index(node)
                else:
                    node = ("member", node, ("literal", self.take().text))
            elif self.accept("["):
                node = self._index(node)
            elif self.accept("("):
                node = ("call", node, self._arguments())
            elif self.peek.kind == "template":
                node = ("call", node, [self.primary()])
            else:
                return node

    def _index(self, node: Node) -> Node:
        index = self.expression()
        self.expect("]")
        return ("member", node, index)

    def _arguments(self, end: str = ")") -> list[Node]:
        arguments = []
        while not self.accept(end):
            if self.accept(","):
                continue
            spread = self.accept("...")
            node = self.assignment()
            arguments.append(("spread", node) if spread else node)
            if not self.is_next(end):
                self.expect(",")
        return arguments

    def primary(self) -> Node:
        """A value, a name, or what stands in brackets."""
        token = self.take()
        if token.kind in {"number", "string"}:
            return ("literal", token.value)
        if token.kind == "template":
            return ("template", token.value)
        if token.kind == "regex":
            return ("regex", token.text, str(token.value))
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            node = self.expression()
            self.expect(")")
            return ("comma", [node])  # so that (a + b) + c is not flattened into a sum with wrong numbers
        if token.text == "[":
            return ("array", self._arguments("]"))
        if token.text == "{":
            return self._object()
        raise ScriptError(f"{token.text!r} where a value should be")

    def _named(self, token: Token) -> Node:
        if token.text == "function" or (token.text == "async" and self.accept("function")):
            self.accept("*")
            if self.peek.kind == "name":
                self.take()
            return self.function_rest()
        if token.text == "class":
            return self.class_rest()
        if token.text in _LITERALS:
            return ("literal", _LITERALS[token.text])
        return ("name", token.text)

    def _object(self) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while not self.accept("}"):
            if self.accept(","):
                continue
            if self.accept("..."):
                self.assignment()
                continue
            token = self.take()
            key: Node = ("literal", token.value if token.kind in {"string", "number"} else token.text)
            if token.text == "[" and token.kind == "sign":
                key = self.expression()
                self.expect("]")
            if self.accept(":"):
                pairs.append((key, self.assignment()))
            elif self.is_next("("):
                pairs.append((key, self.function_rest()))
            elif token.kind == "name":
                node: Node = ("name", token.text)
                pairs.append((key, ("assign", "=", node, self.assignment()) if self.accept("=") else node))
            else:
                raise ScriptError("no object")
        return ("object", pairs)

    def class_rest(self) -> Node:
        """The members of a class: `("class", members)`, each a key, a function or value, and whether it is static."""
        while self.peek is not END and not self.accept("{"):
            self.take()
        members = []
        while not self.accept("}"):
            if self.peek is END:
                raise ScriptError("class does not end")
            if self.accept(";"):
                continue
            is_static = self.accept("static")
            token = self.take()
            while token.text in {"get", "set", "async", "*", "#"} and not self.is_next("(", "=", ";"):
                token = self.take()
            if self.is_next("("):
                members.append((token.text, self.function_rest(), is_static))
            elif self.accept("="):
                members.append((token.text, self.assignment(), is_static))
        return ("class", members)

    def block(self) -> Node:
        """The statements between braces."""
        raise NotImplementedError


def _matching(tokens: list[Token]) -> dict[int, int]:
    """Where each opening parenthesis closes, by token index."""
    closing, open_ones = {}, []
    for index, token in enumerate(tokens):
        if token.kind == "sign":
            if token.text == "(":
                open_ones.append(index)
            elif token.text == ")" and open_ones:
                closing[open_ones.pop()] = index
    return closing
