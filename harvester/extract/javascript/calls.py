"""Calls: of the script's functions, of the language's, and of the browser's, which is where strings are written."""

from __future__ import annotations

import re
from typing import Any

from harvester.address import has_known_suffix
from harvester.extract.javascript.evaluate import Evaluator
from harvester.extract.javascript.expressions import Node
from harvester.extract.javascript.functions import FUNCTIONS
from harvester.extract.javascript.methods import call_list, call_number, call_string
from harvester.extract.javascript.syntax import parse_script
from harvester.extract.javascript.tokens import ScriptError
from harvester.extract.javascript.values import NUMBER, Bound, Function, Parameter, Scope, Unknown, to_text

_SPEAKS_OF_MAIL = re.compile(r"mail|spam|mlto", re.IGNORECASE)
_LOCAL = re.compile(r"[\w+-](?:[\w.+-]{0,62}[\w+-])?\Z")
_HOST = re.compile(r"[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){0,5}\Z")
_TLD = re.compile(r"\.?[a-z]{2,12}(?:\.[a-z]{2,3})?\Z")
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

    def call(self, function: Any, arguments: list[Any], this: Any = None) -> Any:
        """Call a function with values, as a method of `this`."""
        if isinstance(function, Function):
            return self._call_function(function, arguments, this)
        if isinstance(function, Bound):
            return self._call_bound(function, arguments)
        path = function.path if isinstance(function, Unknown) else ""
        if path.endswith(("document.write", "document.writeln")):
            self.stream += [to_text(argument) for argument in arguments]
            return None
        for argument in arguments:
            self.write(argument)
        if len(arguments) > 1 and _SPEAKS_OF_MAIL.search(path):
            self._write_joined(arguments)
        for argument in arguments:
            if isinstance(argument, Function):
                self.call_back(argument)
        shown = ",".join(to_text(argument) for argument in arguments if isinstance(argument, str | int | float))
        return Unknown(f"{path}({shown})"[-200:])

    def _call_bound(self, bound: Bound, arguments: list[Any]) -> Any:
        owner, name = bound.owner, bound.name
        if owner is None:
            return self._call_language(name, arguments)
        if isinstance(owner, (Function, Bound)):
            if name == "apply":
                given = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], list) else []
                arguments = [arguments[0] if arguments else None, *given]
            elif name != "call":
                return Unknown(name)
            this = arguments[0] if arguments else None
            if isinstance(owner, Bound) and isinstance(owner.owner, Bound) and isinstance(this, str | list):
                # `Array.prototype.map.call(text, …)`
                kind = owner.owner.owner
                is_list = isinstance(kind, Bound) and kind.name == "Array"
                return self.call(Bound(list(this) if is_list else this, owner.name), arguments[1:])
            return self.call(owner, arguments[1:], this)
        if isinstance(owner, str):
            return call_string(owner, name, arguments, self.call)
        if isinstance(owner, list):
            return call_list(owner, name, arguments, self.call)
        return call_number(owner, name, arguments) if isinstance(owner, NUMBER) else Unknown(name)

    def _call_language(self, name: str, arguments: list[Any]) -> Any:
        if name == "Function" and arguments:
            names = [Parameter(("name", to_text(argument).strip())) for argument in arguments[:-1]]
            return Function(names, parse_script(to_text(arguments[-1])), self.globals)
        if name in {"Array.from", "Uint8Array.from"} and len(arguments) > 1 and isinstance(arguments[0], str | list):
            return call_list(list(arguments[0]), "map", arguments[1:], self.call)
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

    def _write_joined(self, arguments: list[Any]) -> None:
        """Keep what `writeMail("info", "acme", "example")` may come to where the function is not on the page."""
        texts = [argument for argument in arguments[:4] if isinstance(argument, str)]
        for local, host in ((texts[0], texts[1]), (texts[1], texts[0])) if len(texts) > 1 else ():
            if _LOCAL.match(local) and _HOST.match(host) and not has_known_suffix(local):
                tld = texts[2].lstrip(".") if len(texts) > 2 and _TLD.match(texts[2]) else ""
                joined_host = host if not tld or has_known_suffix(host) else f"{host}.{tld}"
                if has_known_suffix(joined_host):
                    self.write(f"{local}@{joined_host}")
                    return

    def _bind(self, function: Function, arguments: list[Any]) -> None:
        """Give the parameters of a function their values."""
        for index, (target, default, is_rest) in enumerate(function.parameters):
            value = arguments[index:] if is_rest else arguments[index] if index < len(arguments) else None
            if value is None and default is not None:
                value = self.evaluate(default)
            if target[0] == "name":
                self.scope.names[target[1]] = value
            else:
                self.assign_new(target, value)

    def assign_new(self, target: Node, value: Any) -> None:
        """Declare what a pattern names in the present scope."""
        waiting = [target]
        while waiting:
            node = waiting.pop()
            if node[0] == "name":
                self.scope.names.setdefault(node[1], None)
            elif node[0] in {"array", "object"}:
                waiting += [part[1] if node[0] == "object" else part for part in node[1]]
            elif node[0] == "assign":
                waiting.append(node[2])
        self.assign(target, value)

    def _call_function(self, function: Function, arguments: list[Any], this: Any = None) -> Any:
        if self.calls >= MAX_CALLS:
            raise ScriptError("calls too deep")
        function.called = True
        names: dict[str, Any] = {"arguments": arguments}
        if this is not None:
            names["this"] = this
        caller, self.scope = self.scope, Scope(names, function.scope)
        depth, self.calls = self.depth, self.calls + 1
        try:
            self._bind(function, arguments)
            self.run_block(function.body)
        except Jump as jump:
            return jump.value
        finally:
            self.scope, self.depth, self.calls = caller, depth, self.calls - 1
        return None

    def call_back(self, function: Function) -> None:
        """Call a function that was handed to the browser, once."""
        if not function.called:
            self.call(function, [Unknown("event")] * len(function.parameters))

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
