"""Rows on the terminal, as CSV or as JSON."""

import csv
import io
import shutil
import sys
from typing import Final, Literal

import click
import msgspec

from kg.mapping.cells import escape_formula
from kg.store import Cell, Table

OutputFormat = Literal["table", "csv", "json"]
FORMATS: Final = ("table", "csv", "json")
_READABLE: Final = 8
"""Characters that a column needs at least, where its content is as wide."""

format_option = click.option(
    "--format", "output", type=click.Choice(FORMATS), default="table", show_default=True, help="How to write the rows."
)


def write_table(table: Table, output: OutputFormat) -> None:
    """Write rows to standard output. CSV and JSON hold every row and cell whole, in UTF-8 whatever the terminal's."""
    if output == "json":
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        _write_bytes(msgspec.json.format(msgspec.json.encode(rows, enc_hook=str), indent=2) + b"\n")
    elif output == "csv":
        _write_bytes(_to_csv(table).encode())
    else:
        _write_terminal_table(table)


def _write_bytes(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _to_csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_spreadsheet_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def _spreadsheet_cell(cell: Cell) -> str | int | float:
    """A number as it is; text so that no spreadsheet runs it as a formula."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    return escape_formula(plain(cell))


def plain(cell: Cell) -> str:
    """A cell as text: nothing for None, items of a list joined by '; '."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return "; ".join(plain(item) for item in cell)
    if isinstance(cell, float):
        return f"{cell:.12g}"
    return str(cell)


def _write_terminal_table(table: Table) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    table = _without_empty_columns(table)
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else _needed_width(table)
    if sum(min(wanted, _READABLE) + 3 for wanted in _column_widths(table)) > width:
        _write_blocks(table)
    elif table.rows:
        grid = RichTable(box=SIMPLE_HEAD, pad_edge=False)
        for index, name in enumerate(table.columns):
            numeric = all(isinstance(row[index], int | float | None) for row in table.rows)
            grid.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
        for row in table.rows:
            grid.add_row(*(Text(_one_line(plain(cell))) for cell in row))
        Console(width=width, highlight=False, soft_wrap=False).print(grid)
    click.echo(f"{len(table.rows)} row{'' if len(table.rows) == 1 else 's'}", err=not sys.stdout.isatty())


def _write_blocks(table: Table) -> None:
    """Each row as lines of its own: for a terminal too narrow to show the columns side by side."""
    for row in table.rows:
        for name, cell in zip(table.columns, row, strict=True):
            if cell not in (None, "", []):
                click.echo(f"{click.style(name, bold=True)}: {_one_line(plain(cell))}")
        click.echo()


def _without_empty_columns(table: Table) -> Table:
    kept = [i for i in range(len(table.columns)) if any(row[i] not in (None, "", []) for row in table.rows)]
    columns = tuple(table.columns[i] for i in kept)
    return Table(columns=columns, rows=[tuple(row[i] for i in kept) for row in table.rows])


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _needed_width(table: Table) -> int:
    return min(4000, sum(_column_widths(table)) + 3 * len(table.columns) + 20)


def _column_widths(table: Table) -> list[int]:
    columns = ([name, *(row[index] for row in table.rows)] for index, name in enumerate(table.columns))
    return [max(map(len, map(plain, column))) for column in columns]
