"""Writing many rows at once, with SQL and conversions prepared when the store opens.

SQLAlchemy rebuilds the parameters of every row from the statement; for the 20 rows of a company that costs more than
SQLite itself. Here the statement is compiled once and rows go through the columns' own conversions to the driver.

Rows go by their keys, in whatever order they came: two processes that write the same ones at a time would else wait for
each other in a ring, and PostgreSQL would undo one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite


class Writer:
    """One prepared INSERT into a table."""

    def __init__(self, statement: Any, table: Table, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=[column.name for column in table.columns])
        self._sql = str(compiled)
        names = compiled.positiontup or [column.name for column in table.columns]
        self._columns = [(name, table.c[name].type.bind_processor(dialect) or _as_it_is) for name in names]
        self._key = itemgetter(*(column.name for column in table.primary_key))
        self._by_position = compiled.positiontup is not None

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows, each a mapping of every column; of two with one key, the later one last."""
        if not rows:
            return
        columns, rows = self._columns, sorted(rows, key=self._key)
        if self._by_position:
            connection.exec_driver_sql(self._sql, [tuple([to(row[name]) for name, to in columns]) for row in rows])
        else:
            connection.exec_driver_sql(self._sql, [{name: to(row[name]) for name, to in columns} for row in rows])


def _as_it_is(value: Any) -> Any:
    return value


def upserting(dialect: Dialect, table: Table, keep: Sequence[str] = ()) -> Writer:
    """`INSERT … ON CONFLICT (primary key) DO UPDATE` of all other columns; those in `keep` are not touched."""
    insert = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in {*keys, *keep}}
    return Writer(insert.on_conflict_do_update(index_elements=keys, set_=changed), table, dialect)


def inserting_missing(dialect: Dialect, table: Table) -> Writer:
    """`INSERT … ON CONFLICT DO NOTHING`."""
    return Writer(_insert(dialect, table).on_conflict_do_nothing(), table, dialect)


def _insert(dialect: Dialect, table: Table) -> Any:
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)
