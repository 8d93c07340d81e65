"""Queries with a time limit: run in a child process, as the engine cannot be stopped from within.

The child reads one request from standard input, answers on standard output and ends. It is killed when the
time is over; a query that makes the engine crash ends the child alone.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pyoxigraph

from kg.errors import QueryError
from kg.store import Cell, Iri, Table
from kg.stores._oxigraph.rows import read_answer


class Request(msgspec.Struct):
    """`place` is the folder of a store that nobody writes, or a file of N-Quads."""

    place: str
    text: str


class Answer(msgspec.Struct):
    """An IRI travels as a list of one text. `error` is empty where all went well."""

    columns: tuple[str, ...] = ()
    rows: list[list[Cell]] = []
    error: str = ""


def run_query(store: pyoxigraph.Store, text: str) -> Table:
    """Run a query in this process. Raises QueryError."""
    try:
        columns, rows = read_answer(store.query(text))
        return Table(columns=columns, rows=list(rows))
    except SyntaxError as error:
        raise QueryError(f"the query is no valid SPARQL: {error}", mend="correct it") from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(f"the query failed: {error}", mend="correct it") from None


def run_query_within(place: Path, text: str, seconds: float) -> Table:
    """Run a query on a snapshot in a child process, for at most that time. Raises QueryError."""
    request = msgspec.msgpack.encode(Request(place=str(place), text=text))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as child:
        try:
            reply, _ = child.communicate(request, timeout=seconds)
        except BaseException as error:
            child.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                mend = "narrow it, or allow more time"
                raise QueryError(f"the query was stopped after {seconds:g} s", mend=mend) from None
            raise
    if child.returncode != 0:
        raise QueryError("the query made the query engine fail", mend="make it simpler")
    answer = msgspec.msgpack.decode(reply, type=Answer)
    if answer.error:
        raise QueryError(answer.error, mend="correct it")
    return Table(columns=answer.columns, rows=[tuple(map(_unpack, row)) for row in answer.rows])


def _pack(cell: Cell) -> Cell:
    return [str(cell)] if isinstance(cell, Iri) else cell


def _unpack(cell: Cell) -> Cell:
    return Iri(cell[0]) if isinstance(cell, list) else cell


def answer_request(request: Request) -> Answer:
    """What the child does."""
    try:
        table = run_query(_open_snapshot(request.place), request.text)
    except QueryError as error:
        return Answer(error=error.what)
    return Answer(columns=table.columns, rows=[list(map(_pack, row)) for row in table.rows])


def _open_snapshot(place: str) -> pyoxigraph.Store:
    if Path(place).is_dir():
        return pyoxigraph.Store.read_only(place)
    store = pyoxigraph.Store()
    store.bulk_load(path=place, format=pyoxigraph.RdfFormat.N_QUADS)
    return store


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer_request(asked)))
