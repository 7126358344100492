"""The demonstration is written once, and whole: a run that was cut short is undone by the next, then begun again.

Two functions of the database tell how far it is: ``demonstration_begun()`` while it is being written, made only in a
database that holds nobody yet, then ``demonstration()``, by which it is read.
"""

from typing import Any

import psycopg
from psycopg import sql

from webapp.demo import listing

Owner = psycopg.Connection[Any]


def is_written(owner: Owner) -> bool:
    """Whether the whole of it is there."""
    return _is_there(owner, "demonstration()")


def begin(owner: Owner) -> None:
    """Note that a run begins. What a run before this one left half done goes first; anything else stays."""
    if _is_there(owner, "demonstration_begun()"):
        _empty(owner)
    elif _holds_nobody(owner):
        owner.execute("create function demonstration_begun() returns void language sql return null")


def finish(owner: Owner) -> None:
    """From now on it is there, and read by its own function."""
    with owner.transaction():
        listing.make(owner)
        owner.execute("drop function if exists demonstration_begun()")


def _is_there(owner: Owner, function: str) -> bool:
    row = owner.execute("select to_regprocedure('public.' || %s) is not null", (function,)).fetchone()
    return bool(row and row[0])


def _holds_nobody(owner: Owner) -> bool:
    """No wall lets the owner look across companies, so the role that may is asked."""
    with owner.transaction():
        owner.execute("set local role trialogue_system")
        row = owner.execute(
            "select not exists (select from person) and not exists (select from firm)"
        ).fetchone()
    return bool(row and row[0])


def _empty(owner: Owner) -> None:
    """Every table of ours at once; the queue's are emptied at the end of a run."""
    ours = "select tablename from pg_tables where schemaname = 'public' and tableowner = current_user"
    kept = ("alembic_version", "queue_schema")
    names = [
        n for (n,) in owner.execute(ours).fetchall() if n not in kept and not n.startswith("procrastinate_")
    ]
    tables = sql.SQL(", ").join(map(sql.Identifier, names))
    owner.execute(sql.SQL("truncate {} restart identity cascade").format(tables))
