"""Opening the database: the file and its rights, the connection's manners, and the migration to the newest schema."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from harvester.private_files import create_private_file, make_private_folder
from harvester.store.schema import HEAD, VERSION_TABLE, metadata

BUSY_TIMEOUT_S = 30
MIGRATION_LOCK = 0x48415256  # PostgreSQL advisory lock: one process migrates, the others wait
MIGRATIONS = Path(__file__).parent / "migrations"
# Of SQLite's result codes, those of the world and not of our statements; where its own words are no help, ours.
TROUBLES = {
    sqlite3.SQLITE_BUSY: f"another program writes to it and has not let go of it for {BUSY_TIMEOUT_S} seconds",
    sqlite3.SQLITE_FULL: "the disk is full",
    **dict.fromkeys(
        (
            sqlite3.SQLITE_PERM,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_NOTADB,
        ),
        "",
    ),
}
CONFLICTS = {"40P01", "40001"}  # PostgreSQL's deadlock_detected and serialization_failure
WRITE = {"harvester_write": True}  # execution option: this transaction takes SQLite's write lock at its start


class StoreError(ValueError):
    """The database cannot be used. The message is one sentence for a person and holds no password."""


class StoreConflictError(StoreError):
    """PostgreSQL undid a transaction so that another one could go on; the same one again may well succeed."""


def open_engine(url: str) -> Engine:
    """An engine on a database of the newest schema, creating the file and its folder where missing. StoreError."""
    target = _parse_url(url)
    name = _shown(target)
    _create_file(target, name)
    engine = _create(target)
    event.listen(engine, "handle_error", partial(_tell_trouble, name))
    try:
        _migrate(engine, name)
        _use_wal(engine)
    except StoreError:
        engine.dispose()
        raise
    except (DBAPIError, sqlite3.Error) as error:  # the driver's own where a disk is full before the first table
        engine.dispose()
        raise StoreError(f"The database {name} cannot be used: {_sentence(error)}.") from error
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"The database {name} could not be migrated: {_sentence(error)}.") from error
    return engine


def _parse_url(url: str) -> URL:
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        # The text may hold a password: say nothing of it.
        raise StoreError(
            "The database URL cannot be read; write it like sqlite:///output/harvester.db "
            "or postgresql://user:password@host/database."
        ) from None
    if target.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"The database {_shown(target)} is neither SQLite nor PostgreSQL.")
    if target.get_backend_name() == "sqlite" and _is_in_memory(target):
        raise StoreError("The database must be a file; write it like sqlite:///output/harvester.db.")
    return target


def shown_url(url: str) -> str:
    """The URL with `***` for the password; nothing of one that cannot be read."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "***"


def _shown(target: URL) -> str:
    """What a message calls the database: the file, or the URL with `***` for the password."""
    if target.get_backend_name() == "sqlite" and target.database:
        return target.database
    return target.render_as_string(hide_password=True)


def _is_in_memory(target: URL) -> bool:
    """Whether each connection of SQLite, and so each thread, would have an empty database of its own."""
    name = (target.database or "").removeprefix("file:")
    return name in {"", ":memory:"} or target.query.get("mode") == "memory"


def _is_file(target: URL) -> bool:
    """Whether the URL names a file by its path, not in SQLite's own words (`file:…?uri=true`)."""
    return target.get_backend_name() == "sqlite" and not str(target.database).startswith("file:")


def _create_file(target: URL, name: str) -> None:
    """Contacts are personal data: the file is its owner's alone from its first byte (-wal and -shm copy its mode)."""
    if not _is_file(target):
        return
    path = Path(str(target.database))
    try:
        make_private_folder(path.parent)
        if not path.exists():
            create_private_file(path)
        if path.is_dir():
            raise StoreError(f"The database {name} is a folder.")
        if not os.access(path, os.R_OK | os.W_OK):
            raise StoreError(f"The database {name} cannot be read and written by this user.")
    except OSError as error:
        raise StoreError(f"The database {name} cannot be created: {error.strerror}.") from error


def _create(target: URL) -> Engine:
    try:
        if target.get_backend_name() == "sqlite":
            engine = create_engine(target, connect_args={"timeout": BUSY_TIMEOUT_S})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return create_engine(target, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The database {_shown(target)} needs the package {error.name}; install harvester[postgresql]."
        ) from error
    except (NoSuchModuleError, ArgumentError) as error:
        raise StoreError(f"The database {_shown(target)} cannot be used: {_sentence(error)}.") from error


def _prepare_sqlite(connection: Any, record: Any) -> None:  # noqa: ARG001
    connection.isolation_level = None  # the begin event says BEGIN, not the driver
    connection.execute("PRAGMA synchronous=NORMAL")  # in WAL a killed process loses nothing committed
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten


def _tell_trouble(name: str, context: ExceptionContext) -> None:
    """Make a StoreError of what is nobody's bug: a full disk, a lock that is not let go, a server that is gone."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part
        if code in TROUBLES:
            raise StoreError(f"The database {name} cannot be used: {TROUBLES[code] or _sentence(error)}.") from error
    elif isinstance(context.sqlalchemy_exception, OperationalError):
        kind = StoreConflictError if getattr(error, "sqlstate", None) in CONFLICTS else StoreError
        raise kind(f"The database {name} cannot be used: {_sentence(error)}.") from error


def _use_wal(engine: Engine) -> None:
    """Readers and a writer side by side. The file remembers it, so this comes after another program's was refused."""
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that will write asks for the lock first: one that reads first would fail at once, not wait."""
    write = connection.get_execution_options().get("harvester_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(engine: Engine, name: str) -> None:
    """Bring the schema to HEAD in one transaction that excludes other processes doing the same."""
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return
    with engine.connect().execution_options(**WRITE) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        version = _version(connection)
        if version == HEAD:
            return
        if version is None:
            _refuse_foreign(connection, name)
        _upgrade(connection, version, name)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  a constant


def _refuse_foreign(connection: Connection, name: str) -> None:
    """A SQLite file with tables but without our mark is some other program's; in PostgreSQL only our names matter."""
    tables = set(inspect(connection).get_table_names())
    if tables and (connection.dialect.name == "sqlite" or tables & set(metadata.tables)):
        raise StoreError(f"The database {name} belongs to another program (it holds the table {min(tables)}).")


def _upgrade(connection: Connection, version: str | None, name: str) -> None:
    # Alembic takes 0.1 s to import: only when there is something to migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with _scripts() as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if version is not None and version not in known:
            raise StoreError(
                f"The database {name} was written by a newer version of harvester "
                f"(its schema is {version}, this version knows {HEAD})."
            )
        command.upgrade(config, "head")


@contextmanager
def _scripts() -> Iterator[Path]:
    """The folder of the migrations; out of an egg (scrapyd) they are copied, because Alembic wants files."""
    if MIGRATIONS.is_dir():
        yield MIGRATIONS
        return
    with TemporaryDirectory(prefix="harvester-") as folder:
        _copy(files("harvester.store") / "migrations", Path(folder))
        yield Path(folder)


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name)
        elif entry.name.endswith(".py"):
            (target / entry.name).write_bytes(entry.read_bytes())


def _sentence(error: BaseException) -> str:
    """The driver's own words, one line, without the statement that SQLAlchemy adds."""
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split()).rstrip(".") or type(cause).__name__
