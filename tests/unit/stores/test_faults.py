"""Errors of the engine and the file system."""

import errno
import os

import pytest

from kg.errors import AccessDeniedError, StoreError, StoreFullError, StoreLockedError
from kg.stores._oxigraph.faults import mapped_faults


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StoreFullError),
        (OSError("IO error: While appending to file: /x/000012.log: File too large"), StoreFullError),
        (OSError("IO error: Disk quota exceeded: While open a file"), StoreFullError),
        (OSError("IO error: While lock file: /x/LOCK: Resource temporarily unavailable"), StoreLockedError),
        (OSError("IO error: lock hold by current process, acquire time 17"), StoreLockedError),
        (PermissionError(errno.EACCES, "Permission denied"), AccessDeniedError),
        (OSError("IO error: While open a file for appending: Read-only file system"), AccessDeniedError),
        (OSError("Corruption: block checksum mismatch"), StoreError),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), StoreError),
        (OSError("something else"), StoreError),
    ],
)
def test_each_is_an_error_of_kg_with_its_mend(error: OSError, kind: type[StoreError]) -> None:
    with pytest.raises(StoreError) as caught, mapped_faults("papers"):
        raise error
    assert type(caught.value) is kind
    assert caught.value.mend
    assert str(caught.value).startswith("papers: ")
    assert "\n" not in str(caught.value)


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), mapped_faults("papers"):
        raise ZeroDivisionError


def test_errno_names_are_those_of_the_platform() -> None:
    with pytest.raises(StoreError, match=os.strerror(errno.ENOENT)), mapped_faults("papers"):
        raise FileNotFoundError(errno.ENOENT, "x")
