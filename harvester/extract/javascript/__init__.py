"""Following the strings of a page's scripts without running them: no browser, no side effects, a budget of steps."""

from __future__ import annotations

from harvester.extract.javascript.interpreter import Interpreter
from harvester.extract.javascript.values import HOLE

__all__ = ["HOLE", "Interpreter"]
