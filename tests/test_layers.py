"""The layer rules of the package (see its docstring), read from the imports of every file."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "harvester"
FILES = sorted(ROOT.rglob("*.py"))
ROWS = (
    {"data", "model"},
    {"address", "urls", "spans", "private_files"},
    {"extract", "bounces", "export", "classify", "priority", "seeds", "suppression"},
    {"visit", "verify", "store", "crm", "mailbox", "letters"},
    # what holds the rest together: these may know each other
    {"spiders", "download", "pipelines", "extensions", "feeds", "commands", "console", "web", "cluster", "demo"}
    | {"cli", "settings", "arguments", "configuration", "options", "upkeep", "verifying", "handover", "credentials"}
    | {"inspection", "explanation", "returned_mail", "rules", "exporting", "reporting", "jobs", "processes"}
    | {"terminal"},
)
# Low, since everything that writes a file needs it; not pure.
PURE, RIM = set.union(*ROWS[:3]) - {"private_files"}, ROWS[-1]
# "open" and "pathlib" stand for files, "now" and "today" for the clock, whatever object they are called on.
IMPURE = {"random", "secrets", "time", "os", "socket", "ssl", "asyncio", "subprocess", "http", "logging", "pathlib"}
IMPURE |= {"scrapy", "twisted", "aiohttp", "dns", "sqlalchemy", "alembic", "click", "rich"}
IMPURE_CALLS = {"open", "print", "input", "now", "today", "utcnow"}
READS_FILES = {"data", "seeds"}
NO_NAMES = {"utils", "helpers", "common", "base", "core", "manager"}
DEPENDENCIES = {"aiohttp", "alembic", "click", "dns", "parsel", "phonenumbers", "protego", "rich", "scrapy", "twisted"}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def unit(file: Path) -> str:
    """The part of the package that a file belongs to: `extract` for harvester/extract/page.py."""
    return file.relative_to(ROOT).with_suffix("").parts[0]


def imports(file: Path) -> Iterator[tuple[str, ...]]:
    """Dotted names, split. `from a import b` counts as a.b, so that a package's name alone says nothing."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: imports are absolute"
            yield from ((*str(node.module).split("."), alias.name) for alias in node.names)


def row(name: str) -> int:
    return next(number for number, units in enumerate(ROWS) if name in units)


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


MODULES = [file for file in FILES if file != ROOT / "__init__.py"]


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_imports_point_down_only(file: Path) -> None:
    own = unit(file)
    for path in imports(file):
        if len(path) == 1 or path[0] != "harvester" or path[1] in {own, "__version__"}:
            continue
        below = row(path[1]) < row(own) or (own in RIM and path[1] in RIM)
        assert below, f"{own} must not import {'.'.join(path)}"


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_who_may_import_what(file: Path) -> None:
    own, roots = unit(file), {path[0] for path in imports(file)}
    if own not in RIM:
        assert not roots & {"scrapy", "twisted", "rich", "click"}
    if own != "store":
        assert not roots & {"sqlalchemy", "alembic", "sqlite3"}
    if own in PURE:
        assert not roots & (IMPURE - ({"pathlib"} if own in READS_FILES else set()))


@pytest.mark.parametrize("file", [file for file in MODULES if unit(file) in PURE - READS_FILES], ids=name_of)
def test_pure_layers_know_no_clock_and_no_file(file: Path) -> None:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
            assert called not in IMPURE_CALLS, f"line {node.lineno} calls {called}()"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_nothing_is_imported_by_a_private_path(file: Path) -> None:
    for path in imports(file):
        private = [part for part in path if part.startswith("_") and not part.startswith("__")]
        assert not private, ".".join(path)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_names_and_sizes(file: Path) -> None:
    taken = NO_NAMES | sys.stdlib_module_names | DEPENDENCIES
    assert file.stem not in taken - {"__init__"}
    assert len(file.read_text("utf-8").splitlines()) <= 300
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


def test_every_part_has_its_row() -> None:
    assert {unit(file) for file in MODULES} <= set.union(*ROWS)
