"""A script -> its statements, as tuples `(kind, …)`. Lenient about everything that does not make strings."""

from __future__ import annotations

from collections.abc import Callable

from harvester.extract.javascript.expressions import MAX_NESTING, Expressions, Node
from harvester.extract.javascript.tokens import END, ScriptError, tokenize


def parse_script(source: str) -> list[Node]:
    """The statements of a script. One that cannot be read is left out, and reading goes on behind it."""
    return Statements(tokenize(source)).program()


class Statements(Expressions):
    """Recursive descent."""

    def program(self) -> list[Node]:
        """All statements."""
        statements: list[Node] = []
        while self.peek is not END:
            begin = self.position
            try:
                statements.append(self.statement())
            except ScriptError:
                self.nesting = 0
                self.position = max(self.position, begin + 1)
                while self.peek is not END and self.peek.text != ";":
                    self.position += 1
        return statements

    def statement(self) -> Node:
        """One statement."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ScriptError("nested too deep")
        token = self.peek
        method = _STATEMENTS.get(token.text) if token.kind in {"name", "sign"} else None
        if (
            token.text == "async"
            and self.position + 1 < len(self.tokens)
            and self.tokens[self.position + 1].text == "function"
        ):
            self.take()
            method = Statements.read_function
        node = method(self) if method else self._expression_statement()
        self.nesting -= 1
        return node

    def _expression_statement(self) -> Node:
        node = self.expression()
        if node[0] == "name" and self.accept(":"):
            return self.statement()
        self.accept(";")
        return ("expression", node)

    def block(self) -> Node:
        """The statements between braces."""
        self.expect("{")
        statements = []
        while not self.accept("}"):
            if self.peek is END:
                break
            statements.append(self.statement())
        return ("block", statements)

    def read_empty(self) -> Node:
        """A lone semicolon."""
        self.take()
        return ("block", [])

    def read_var(self) -> Node:
        """Declarations."""
        self.take()
        declarations = []
        while True:
            target = self.primary()
            declarations.append((target, self.assignment() if self.accept("=") else None))
            if not self.accept(","):
                break
        self.accept(";")
        return ("var", declarations)

    def read_function(self) -> Node:
        """A named function."""
        self.take()
        self.accept("*")
        name = self.take().text if self.peek.kind == "name" else ""
        return ("function", name, self.function_rest())

    def read_if(self) -> Node:
        """A condition."""
        self.take()
        test = self._parenthesized()
        then = self.statement()
        return ("if", test, then, self.statement() if self.accept("else") else None)

    def read_while(self) -> Node:
        """A loop with its test first."""
        self.take()
        return ("while", self._parenthesized(), self.statement())

    def read_do(self) -> Node:
        """A loop with its test last."""
        self.take()
        body = self.statement()
        self.expect("while")
        test = self._parenthesized()
        self.accept(";")
        return ("do", test, body)

    def read_for(self) -> Node:
        """A loop with a counter, or over a list."""
        self.take()
        self.expect("(")
        first: Node | None = None
        if self.is_next("var", "let", "const"):
            self.take()
            target = self.primary()
            if self.is_next("in", "of"):
                return self._for_each(target)
            declarations = [(target, self.assignment() if self.accept("=") else None)]
            while self.accept(","):
                declarations.append((self.primary(), self.assignment() if self.accept("=") else None))
            first = ("var", declarations)
        elif not self.is_next(";"):
            begin = self.position
            target = self.postfix()
            if self.is_next("in", "of"):
                return self._for_each(target)
            self.position = begin
            first = ("expression", self.expression())
        self.expect(";")
        test = None if self.is_next(";") else self.expression()
        self.expect(";")
        step = None if self.is_next(")") else self.expression()
        self.expect(")")
        return ("for", first, test, step, self.statement())

    def _for_each(self, target: Node) -> Node:
        kind = self.take().text
        source = self.expression()
        self.expect(")")
        return ("foreach", kind, target, source, self.statement())

    def read_switch(self) -> Node:
        """A choice between cases: `("switch", value, [(test or None, statements)])`."""
        self.take()
        value = self._parenthesized()
        self.expect("{")
        cases: list[tuple[Node | None, list[Node]]] = []
        while not self.accept("}"):
            if self.peek is END:
                raise ScriptError("switch does not end")
            if self.accept("case"):
                cases.append((self.expression(), []))
                self.expect(":")
            elif self.accept("default"):
                cases.append((None, []))
                self.expect(":")
            elif cases:
                cases[-1][1].append(self.statement())
            else:
                raise ScriptError("no case")
        return ("switch", value, cases)

    def read_class(self) -> Node:
        """A named class."""
        self.take()
        name = self.take().text
        return ("var", [(("name", name), self.class_rest())])

    def read_return(self) -> Node:
        """`return` or `throw`."""
        self.take()
        node = None if self.is_next(";", "}") or self.peek is END else self.expression()
        self.accept(";")
        return ("return", node)

    def read_jump(self) -> Node:
        """`break` or `continue`; with a label they leave the inner loop, which is near enough."""
        kind = self.take().text
        if self.peek.kind == "name" and self.peek.text not in _STATEMENTS:
            self.take()
            kind = "break"
        self.accept(";")
        return (kind,)

    def read_try(self) -> Node:
        """A block that may fail."""
        self.take()
        body, handler, final = self.block(), None, None
        if self.accept("catch"):
            if self.accept("("):
                self.parameters()
            handler = self.block()
        if self.accept("finally"):
            final = self.block()
        return ("try", body, handler, final)

    def _parenthesized(self) -> Node:
        self.expect("(")
        node = self.expression()
        self.expect(")")
        return node


_STATEMENTS: dict[str, Callable[[Statements], Node]] = {
    "{": Statements.block,
    ";": Statements.read_empty,
    "var": Statements.read_var,
    "let": Statements.read_var,
    "const": Statements.read_var,
    "function": Statements.read_function,
    "if": Statements.read_if,
    "while": Statements.read_while,
    "do": Statements.read_do,
    "for": Statements.read_for,
    "switch": Statements.read_switch,
    "class": Statements.read_class,
    "return": Statements.read_return,
    "throw": Statements.read_return,
    "break": Statements.read_jump,
    "continue": Statements.read_jump,
    "try": Statements.read_try,
}
