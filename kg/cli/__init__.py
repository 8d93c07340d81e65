"""The command line. Each command is a module of its own, imported when it is called."""

import errno
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

import kg
from kg.errors import KgError

_COMMANDS: Final = {
    "demo": "Build a small graph from the examples, ask it three questions, draw it.",
    "build": "Turn abstracts into a graph.",
    "add": "Add new or changed abstracts to a graph that is there.",
    "remove": "Take papers out of a graph.",
    "query": "Ask a prebuilt question.",
    "sparql": "Ask in SPARQL.",
    "cypher": "Ask in Cypher.",
    "view": "Draw an interactive picture.",
    "export": "Write the graph in another format.",
    "stats": "Count what is in a graph.",
    "extract": "Write what is found in abstracts as JSON lines.",
    "explain": "Show which component said what of one abstract, and why.",
    "evaluate": "Say how right extraction is on annotated abstracts.",
    "load": "Copy a graph from one store to another.",
    "validate": "Check a graph against the shapes.",
    "doctor": "Say what is installed, what is reachable, and what to do.",
}


class _ReaderGoneError(Exception):
    """Whoever reads standard output has seen enough."""


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would leave with exit code 1
            raise _ReaderGoneError from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"kg.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, 1)
            hint = f"did you mean 'kg {near[0]}'?" if near else "see kg --help"
            raise click.UsageError(f"no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: kg build papers.jsonl && kg query methods-by-hardware --hardware GPU",
)
@click.version_option(kg.__version__, prog_name="kg")
def cli() -> None:
    """Abstracts in; a knowledge graph that can be asked, seen and carried away out.

    Exit codes: 0 done, 1 failed, 2 wrong use, 3 input, 4 store, 5 query, 6 not valid, 7 an optional part
    is missing, 130 interrupted.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    _prepare_streams()
    sys.exit(_run(arguments))


def _prepare_streams() -> None:
    """Stand in for standard streams that the caller has closed: the next file that is opened must not become one.

    What the terminal's encoding has no character for is shown by a question mark.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process
        elif name == "stdout" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _run(arguments: list[str] | None) -> int:
    try:
        code = cli.main(arguments, prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
    except KgError as error:
        return _fail(str(error), error.exit_code)
    except click.exceptions.Abort:
        return _fail("interrupted; what was stored before is kept", 130)
    except click.ClickException as error:
        return _fail(" ".join(error.format_message().split()), 2)
    except KeyboardInterrupt:
        return _fail("interrupted; what was stored before is kept", 130)
    except (_ReaderGoneError, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        mend = _MENDS.get(error.errno or 0, "check the place and try again")
        return _fail(f"{error.filename or 'the system'}: {error.strerror or error}; {mend}", 1)
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        return _fail(f"internal error: {type(error).__name__}: {error}; set KG_DEBUG=1 to see where, and report it", 1)
    return code if isinstance(code, int) else 0


_MENDS: Final = {
    errno.ENOSPC: "free some room and run the command again",
    errno.EACCES: "choose another place or change its mode",
    errno.EROFS: "choose another place",
}


def _fail(message: str, code: int) -> int:
    click.echo(f"kg: {message}", err=True)
    return code
