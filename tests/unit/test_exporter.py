"""Choosing an exporter, and files that appear whole or not at all."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kg.errors import AccessDeniedError, StoreFullError, UnknownFormatError, UsageError
from kg.exporter import Exporter, Part, get_exporter, write_export, write_file
from kg.schema import Vocabulary
from kg.store import Store, open_store


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store("memory:", vocabulary=Vocabulary([])) as made:
        yield made


def test_an_unknown_format_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownFormatError, match=r"choose one of: .*turtle"):
        get_exporter("tortoise")


class Breaking(Exporter):
    """Writes some, then has no room."""

    name = "breaking"
    title = "breaks"
    suffixes: ClassVar[tuple[str, ...]] = (".x",)

    def iter_parts(self, store: Store) -> Iterator[Any]:
        def chunks() -> Iterator[bytes]:
            yield b"half"
            raise OSError(28, "No space left on device")

        yield Part("one", [b"whole"])
        yield Part("two", chunks())


class BreakingFolder(Breaking):
    """The same as a folder, where the second file breaks."""

    suffixes = ()


class BreakingFile(Breaking):
    """The same as a file."""

    def iter_parts(self, store: Store) -> Iterator[Any]:
        parts = super().iter_parts(store)
        next(parts)
        yield from parts


@pytest.mark.parametrize("exporter", [BreakingFile(), BreakingFolder()])
@pytest.mark.parametrize("old", [False, True])
def test_a_full_disk_leaves_what_was_there(exporter: Exporter, old: bool, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "out"
    file = path if exporter.suffixes else path / "one"
    if old:
        file.parent.mkdir(exist_ok=True)
        file.write_text("old")
    with pytest.raises(StoreFullError, match=r"no room left to write .*out"):
        write_export(exporter, store, path)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ([file.name] if old else [])
    assert path.exists() == old
    assert not old or file.read_text() == "old"


def test_several_files_need_a_folder(store: Store) -> None:
    with pytest.raises(UsageError, match="name a folder"):
        write_export(get_exporter("csv"), store, None)


REALLY_FULL = """
import resource, signal, sys
from kg.errors import StoreFullError
from kg.exporter import write_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_file(sys.argv[1], [b"x" * 600] * 3)
except StoreFullError as error:
    print(error)
"""


def run(script: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, *arguments], text=True, check=True, timeout=60, **options)


def test_a_file_that_grows_too_large_is_not_left_behind(tmp_path: Path) -> None:
    done = run(REALLY_FULL, str(tmp_path / "a.nt"), stdout=subprocess.PIPE)
    assert done.stdout.startswith(f"no room left to write {tmp_path / 'a.nt'};")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_standard_output_may_be_full_too() -> None:
    script = """
import sys
from kg.errors import StoreFullError
from kg.exporter import get_exporter, write_export
from kg.store import open_store
with open_store("memory:") as store:
    try:
        write_export(get_exporter("turtle"), store, None)
    except StoreFullError as error:
        print(error, file=sys.stderr)
        sys.stdout = None
"""
    with Path("/dev/full").open("w") as full:
        done = run(script, stdout=full, stderr=subprocess.PIPE)
    assert done.stderr.startswith("no room left to write standard output;")


def test_folders_are_made_and_modes_are_usual(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    before = os.umask(0o027)
    try:
        write_file(path, [b"a", b"b"])
    finally:
        os.umask(before)
    assert path.read_bytes() == b"ab"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [file.name for file in path.parent.iterdir()] == ["a.txt"]


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder; choose another place"):
        write_file(tmp_path, [b"a"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_is_closed_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(AccessDeniedError, match="may not be written"):
        write_file(tmp_path / "a.txt", [b"a"])
