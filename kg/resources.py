"""Where the data that ships with kg lies: in the wheel, or in the checkout."""

from functools import cache
from pathlib import Path
from typing import Final, Literal

from kg.errors import InputError

_PACKAGE: Final = Path(__file__).parent
DataFolder = Literal["ontology", "queries", "examples"]


@cache
def data_folder(name: DataFolder) -> Path:
    """The folder of that name: in the installed package, else in the checkout.

    >>> (data_folder("ontology") / "kg.ttl").exists()
    True
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        if (folder := parent / name).is_dir():
            return folder
    raise InputError(f"the folder {name!r} of abstract-kg is missing", mend="install the package again")
