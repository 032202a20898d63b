"""The databases of the Python package, which this package does not have: the server stores every user's context.

The names can be imported, so that programs start. To make one of the objects raises SynthaPersistenceError, which says what to do.
"""

from __future__ import annotations

from abc import ABC
from typing import Any, NoReturn

from syntha.exceptions import SynthaPersistenceError

__all__ = ["DatabaseBackend", "PostgreSQLBackend", "SQLiteBackend", "create_database_backend"]


class DatabaseBackend(ABC):
    """Cannot be made: the server owns storage. Its configuration (`Storage:Engine`) chooses SQLite or PostgreSQL."""

    def __new__(cls, *args: object, **kwargs: object) -> NoReturn:
        """Raises SynthaPersistenceError."""
        raise _explained(cls.__name__)


class SQLiteBackend(DatabaseBackend):
    """Cannot be made: the server owns storage. By default it keeps a SQLite file for each user."""

    def __new__(cls, db_path: str = "syntha_context.db") -> NoReturn:
        """Raises SynthaPersistenceError."""
        raise _explained(cls.__name__)


class PostgreSQLBackend(DatabaseBackend):
    """Cannot be made: the server owns storage. With `Storage:Engine=Postgres` it keeps a schema for each user."""

    def __new__(cls, connection_string: str) -> NoReturn:
        """Raises SynthaPersistenceError."""
        raise _explained(cls.__name__)


def create_database_backend(backend_type: str = "sqlite", **kwargs: Any) -> DatabaseBackend:
    """Raises SynthaPersistenceError: the server owns storage."""
    raise _explained(backend_type)


def _explained(backend: str) -> SynthaPersistenceError:
    return SynthaPersistenceError(
        f"{backend} cannot be used. The server stores every user's context, and its configuration chooses the database. Use "
        "ContextMesh(user_id=…): its operations read and write what a back-end did.",
        backend,
        suggestions=["Open a ContextMesh(user_id=…).", "Set Storage:Engine in the server's configuration."],
    )
