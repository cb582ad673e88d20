"""Calls: of the script's functions, of the language's, and of the browser's, which is where strings are written."""

from __future__ import annotations

from typing import Any

from harvester.extract.javascript.evaluate import Evaluator
from harvester.extract.javascript.expressions import Node
from harvester.extract.javascript.functions import FUNCTIONS
from harvester.extract.javascript.methods import call_list, call_number, call_string
from harvester.extract.javascript.syntax import parse_script
from harvester.extract.javascript.tokens import ScriptError
from harvester.extract.javascript.values import Bound, Function, Scope, Unknown, to_text

MAX_CALLS = 25
MAX_EVALS = 40
MAX_WRITTEN = 500
MAX_COLLECTED = 2000


class Jump(Exception):  # noqa: N818 - a signal, no error
    """`break`, `continue` or `return` on its way out."""

    def __init__(self, kind: str, value: Any = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.value = value


class Calls(Evaluator):
    """An evaluator that can call."""

    def call(self, function: Any, arguments: list[Any]) -> Any:
        """Call a function with values."""
        if isinstance(function, Function):
            return self._call_function(function, arguments)
        if isinstance(function, Bound):
            return self._call_bound(function, arguments)
        path = function.path if isinstance(function, Unknown) else ""
        if path.endswith(("document.write", "document.writeln")):
            self.stream += [to_text(argument) for argument in arguments]
            return None
        for argument in arguments:
            self.write(argument)
        for argument in arguments:
            if isinstance(argument, Function):
                self.call_back(argument)
        shown = ",".join(to_text(argument) for argument in arguments if isinstance(argument, str | int | float))
        return Unknown(f"{path}({shown})"[-200:])

    def _call_bound(self, bound: Bound, arguments: list[Any]) -> Any:
        owner, name = bound.owner, bound.name
        if owner is None:
            return self._call_language(name, arguments)
        if isinstance(owner, Function | Bound):
            if name == "apply":
                return self.call(
                    owner, list(arguments[1]) if len(arguments) > 1 and isinstance(arguments[1], list) else []
                )
            return self.call(owner, arguments[1:]) if name == "call" else Unknown(name)
        if isinstance(owner, str):
            return call_string(owner, name, arguments, self.call)
        if isinstance(owner, list):
            return call_list(owner, name, arguments, self.call)
        return call_number(owner, name, arguments) if isinstance(owner, int | float) else Unknown(name)

    def _call_language(self, name: str, arguments: list[Any]) -> Any:
        if name == "eval" or (name == "setTimeout" and arguments and isinstance(arguments[0], str)):
            return self._eval(arguments[0]) if arguments else None
        if name == "setTimeout":
            return self.call(arguments[0], []) if arguments and isinstance(arguments[0], Function) else None
        if any(isinstance(argument, Unknown) for argument in arguments[:1]):
            return Unknown(name)
        return FUNCTIONS[name](arguments)

    def _eval(self, source: Any) -> Any:
        self.evals += 1
        if not isinstance(source, str) or self.evals > MAX_EVALS:
            return None
        statements = parse_script(source)
        for statement in statements[:-1]:
            self.execute(statement)
        if statements and statements[-1][0] == "expression":
            return self.evaluate(statements[-1][1])
        if statements:
            self.run_block(statements[-1:])
        return None

    def _call_function(self, function: Function, arguments: list[Any]) -> Any:
        if self.calls >= MAX_CALLS:
            raise ScriptError("calls too deep")
        function.called = True
        names = dict.fromkeys(function.names)
        names.update(zip(function.names, arguments, strict=False))
        names["arguments"] = arguments
        caller, self.scope = self.scope, Scope(names, function.scope)
        depth, self.calls = self.depth, self.calls + 1
        try:
            self.run_block(function.body)
        except Jump as jump:
            return jump.value
        finally:
            self.scope, self.depth, self.calls = caller, depth, self.calls - 1
        return None

    def call_back(self, function: Function) -> None:
        """Call a function that was handed to the browser, once."""
        if not function.called:
            self.call(function, [Unknown("event")] * len(function.names))

    def write(self, value: Any) -> None:
        """Keep the strings in a value that goes to the browser."""
        if len(self.written) < MAX_WRITTEN:
            self.collect(value, self.written)

    def collect(self, value: Any, found: list[str]) -> None:
        """Gather the strings in a value; lists may hold themselves."""
        waiting, seen = [value], 0
        while waiting and seen < MAX_COLLECTED and len(found) < MAX_WRITTEN:
            seen += 1
            item = waiting.pop()
            if isinstance(item, str):
                if len(item) > 4:
                    found.append(item)
            elif isinstance(item, list | dict):
                waiting += list(item if isinstance(item, list) else item.values())[:MAX_COLLECTED][::-1]

    def set_property(self, path: str, value: Any) -> None:
        """Remember what the script put somewhere; of a string that grows (`innerHTML += …`) only the last counts."""
        old = self.properties.get(path)
        if path in self.pending and not (isinstance(old, str) and isinstance(value, str) and value.startswith(old)):
            self.write(old)
        self.properties[path] = value
        self.pending[path] = None

    def execute(self, node: Node) -> None:
        """One statement."""
        raise NotImplementedError

    def run_block(self, statements: list[Node]) -> None:
        """Statements in order."""
        raise NotImplementedError
