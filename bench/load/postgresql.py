"""A PostgreSQL of its own for a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.databases import find_program, postgresql_server


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server, and give its address; raises RuntimeError if none is installed."""
    initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
    if not (initdb and pg_ctl):
        raise RuntimeError("there is no PostgreSQL here: install its server")
    with postgresql_server(initdb, pg_ctl) as address:
        yield address
