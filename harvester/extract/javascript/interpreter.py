"""Follows a script as far as its strings are constant, within a budget of steps, and keeps what it writes.

There is no browser here: whatever comes from one is `Unknown`, and strings handed to it are what the script "writes".
"""

from __future__ import annotations

from typing import Any

from harvester.extract.javascript.calls import Calls, Jump
from harvester.extract.javascript.evaluate import Budget
from harvester.extract.javascript.expressions import Node
from harvester.extract.javascript.loops import run_at_once
from harvester.extract.javascript.syntax import parse_script
from harvester.extract.javascript.tokens import ScriptError
from harvester.extract.javascript.values import Function, Unknown, is_same, is_true

_ACTIONS = {"while": "for", "do": "for", "return": "jump", "break": "jump", "continue": "jump"}


class Interpreter(Calls):
    """One page's scripts with their common global variables. `written` are the strings they hand to the browser."""

    def run(self, source: str) -> None:
        """Follow one script. Never raises."""
        try:
            self.run_block(parse_script(source))
        except (ScriptError, Budget, Jump, RecursionError):
            return
        finally:
            self.scope = self.globals
            self.depth = self.calls = 0

    def defined(self) -> frozenset[str]:
        """The global names that have a value."""
        return frozenset(self.globals.names)

    def final_values(self) -> list[str]:
        """The strings that global variables hold in the end."""
        found: list[str] = []
        for value in list(self.globals.names.values()):
            self.collect(value, found)
        return found

    def take_written(self) -> list[str]:
        """The strings written since the last call; what `document.write` got comes as one."""
        for path in self.pending:
            self.write(self.properties[path])
        self.pending = {}
        written, self.written = self.written, []
        if self.stream:
            written.insert(0, "".join(self.stream))
            self.stream = []
        return written

    def run_callbacks(self) -> None:
        """Call the functions of the script that need no argument and were never called: what a click would do."""
        for value in list(self.globals.names.values()):
            if isinstance(value, Function) and not value.called and not value.parameters:
                try:
                    self.call(value, [])
                except (ScriptError, Budget, Jump, RecursionError):
                    self.scope, self.depth, self.calls = self.globals, 0, 0

    def run_block(self, statements: list[Node]) -> None:
        """Statements in order, functions known before; one that fails is left out."""
        for statement in statements:
            if statement[0] == "function":
                self.scope.names[statement[1]] = Function(statement[2][1], statement[2][2], self.scope)
        for statement in statements:
            try:
                self.execute(statement)
            except ScriptError:
                continue

    def execute(self, node: Node) -> None:
        """One statement."""
        self.step()
        kind = node[0]
        if kind == "expression":
            value = self.evaluate(node[1])
            if isinstance(value, str) and node[1][0] in {"call", "sum", "name", "template"}:
                self.write(value)
        elif kind != "function":
            getattr(self, f"do_{_ACTIONS.get(kind, kind)}")(node)

    def do_block(self, node: Node) -> None:
        """A block."""
        self.run_block(node[1])

    def do_var(self, node: Node) -> None:
        """Declarations."""
        for target, value in node[1]:
            result = self.evaluate(value) if value else None
            if target[0] == "name":
                if value or target[1] not in self.scope.names:
                    self.scope.names[target[1]] = result
            else:
                self.assign_new(target, result)

    def do_if(self, node: Node) -> None:
        """A condition; both ways where it depends on the browser."""
        test = self.evaluate(node[1])
        if isinstance(test, Unknown) and node[3]:
            # Both ways are possible: look at both.
            self.execute(node[3])
        if is_true(test):
            self.execute(node[2])
        elif node[3]:
            self.execute(node[3])

    def do_switch(self, node: Node) -> None:
        """A choice: from the case that fits on, or all of them where the value depends on the browser."""
        value, cases = self.evaluate(node[1]), node[2]
        begin = next((i for i, (test, _) in enumerate(cases) if test and is_same(self.evaluate(test), value)), None)
        if begin is None:
            begin = (
                0 if isinstance(value, Unknown) else next((i for i, (test, _) in enumerate(cases) if not test), None)
            )
        for _, statements in cases[begin:] if begin is not None else ():
            try:
                self.run_block(statements)
            except Jump as jump:
                if jump.kind != "break":
                    raise
                if not isinstance(value, Unknown):
                    return

    def do_for(self, node: Node) -> None:
        """All loops but those over the members of a value."""
        kind = node[0]
        if kind == "for" and (left := run_at_once(node, self.on_name)):
            for name, value in left.items():
                self.assign(("name", name), value)
            return
        if kind == "for" and node[1]:
            self.execute(node[1])
        test = node[2] if kind == "for" else node[1]
        body = node[4] if kind == "for" else node[2]
        first = kind == "do"
        while True:
            if not first and test:
                value = self.evaluate(test)
                if isinstance(value, Unknown) or not is_true(value):
                    return
            first = False
            if self._is_left(body):
                return
            if kind == "for" and node[3]:
                self.evaluate(node[3])
            self.step()

    def _is_left(self, body: Node) -> bool:
        """Run the body of a loop once; whether it broke out."""
        try:
            self.execute(body)
        except Jump as jump:
            if jump.kind == "return":
                raise
            return jump.kind == "break"
        return False

    def do_foreach(self, node: Node) -> None:
        """`for … in` and `for … of`."""
        source = self.evaluate(node[3])
        values: list[Any] = []
        if isinstance(source, str | list):
            values = list(source) if node[1] == "of" else list(range(len(source)))
        elif isinstance(source, dict):
            values = list(source) if node[1] == "in" else []
        for value in values:
            self.assign(node[2], value)
            if self._is_left(node[4]):
                return

    def do_jump(self, node: Node) -> None:
        """`return`, `break`, `continue` or `throw`."""
        raise Jump(node[0], self.evaluate(node[1]) if len(node) > 1 and node[1] else None)

    def do_try(self, node: Node) -> None:
        """A block that may fail."""
        try:
            self.execute(node[1])
        finally:
            if node[3]:
                self.execute(node[3])
