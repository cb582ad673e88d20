"""The members of values: what `a.b` is, and what `a.b = c` does."""

from __future__ import annotations

from typing import Any

from harvester.extract.javascript.expressions import Node
from harvester.extract.javascript.functions import FUNCTIONS
from harvester.extract.javascript.values import (
    MAX_LIST,
    NUMBER,
    SEQUENCE,
    Bound,
    Function,
    Instance,
    Scope,
    Unknown,
    to_index,
    to_text,
)

_GLOBAL_OBJECTS = frozenset({"window", "self", "globalThis", "top", "parent"})
_READ_AS_EMPTY = frozenset(
    {"innerHTML", "outerHTML", "textContent", "innerText", "value", "href", "text", "data", "title"}
)


class Members:
    """Names and members, as far as they are known; evaluation builds on it."""

    def __init__(self) -> None:
        self.globals = Scope()
        self.scope = self.globals
        self.properties: dict[str, Any] = {}
        self.extensions: dict[str, Any] = {}  # methods that a script gives to all strings or lists

    def on_name(self, node: Node) -> Any:
        """A variable, a function of the language, or something of the browser."""
        name = node[1]
        holder = self.scope.holder(name)
        if holder is not None:
            return holder.names[name]
        return Bound(None, name) if name in FUNCTIONS or name in {"eval", "setTimeout", "Function"} else Unknown(name)

    def get_member(self, owner: Any, key: Any) -> Any:
        """`owner[key]`."""
        if isinstance(owner, SEQUENCE):
            if isinstance(key, NUMBER):
                index = to_index(key, -1)
                return owner[index] if 0 <= index < len(owner) else None
            added = self.extensions.get(f"{'String' if isinstance(owner, str) else 'Array'}.{to_text(key)}")
            return len(owner) if key == "length" else added or Bound(owner, to_text(key))
        if isinstance(owner, dict):
            name = to_text(key)
            return owner.prototype.get(name) if isinstance(owner, Instance) and name not in owner else owner.get(name)
        if isinstance(owner, Function) and to_text(key) not in {"apply", "call", "bind"}:
            return owner.members.setdefault("prototype", {}) if key == "prototype" else owner.members.get(to_text(key))
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

    def set_member(self, owner: Any, key: Any, value: Any) -> None:
        """`owner[key] = value`."""
        if isinstance(owner, list) and isinstance(key, NUMBER):
            index = to_index(key)
            if 0 <= index < MAX_LIST:
                owner.extend([None] * (index + 1 - len(owner)))
                owner[index] = value
        elif isinstance(owner, dict):
            owner[to_text(key)] = value
        elif isinstance(owner, Function):
            owner.members[to_text(key)] = value
        elif isinstance(owner, Bound) and owner.name == "prototype" and isinstance(owner.owner, Bound):
            self.extensions[f"{owner.owner.name}.{to_text(key)}"] = value
        elif isinstance(owner, Unknown):
            name = to_text(key)
            if owner.path in _GLOBAL_OBJECTS:
                self.globals.names[name] = value
            else:
                self.set_property(f"{owner.path}.{name}", value)
            if isinstance(value, Function):
                self.call_back(value)

    def call(self, function: Any, arguments: list[Any], this: Any = None) -> Any:
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
