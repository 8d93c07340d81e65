"""What tests of the command line share."""

from collections.abc import Callable
from typing import NamedTuple


class Outcome(NamedTuple):
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]
