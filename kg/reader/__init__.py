"""Read abstracts from files, folders, globs and standard input.

>>> from kg.reader import read_abstracts
>>> list(read_abstracts(["no-such-file.txt"], on_problem=print))
Traceback (most recent call last):
    ...
kg.errors.InputError: there is no file or folder no-such-file.txt; check the path
"""

from kg.reader.contract import Problem, Reader, Record, find_reader, get_reader, list_readers
from kg.reader.decoding import MAX_RECORD, Source
from kg.reader.identity import find_named_key
from kg.reader.people import decode_latex
from kg.reader.reading import Tally, read_abstracts
from kg.reader.record import TEXT_NAMES, folded_name

__all__ = [
    "MAX_RECORD",
    "TEXT_NAMES",
    "Problem",
    "Reader",
    "Record",
    "Source",
    "Tally",
    "decode_latex",
    "find_named_key",
    "find_reader",
    "folded_name",
    "get_reader",
    "list_readers",
    "read_abstracts",
]
