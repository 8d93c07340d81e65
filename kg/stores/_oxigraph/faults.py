"""The engine's errors as errors of kg, told apart by their texts: the engine gives no codes."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from kg.errors import AccessDeniedError, StoreError, StoreFullError, StoreLockedError

LOCKED = "another process is using it"
_FULL = ("no space left", "file too large", "quota exceeded", "not enough space")
_DENIED = ("permission denied", "read-only file system", "operation not permitted")


def read_fault(error: Exception, place: str) -> StoreError:
    """The error of kg that says what the engine or the file system meant.

    >>> str(read_fault(OSError(28, "No space left on device"), "papers"))
    'papers: the disk is full; free some room and run the command again: what was stored before is kept'
    """
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) or any(sign in text for sign in _FULL):
        mend = "free some room and run the command again: what was stored before is kept"
        return StoreFullError(f"{place}: the disk is full", mend=mend)
    if "lock" in text and ("unavailable" in text or "hold by" in text or "held by" in text):
        return StoreLockedError(f"{place}: {LOCKED}", mend="wait until it has finished, or give another store")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or any(sign in text for sign in _DENIED):
        return AccessDeniedError(f"{place}: no permission", mend="give a folder that you may write to")
    if "corruption" in text or "outdated encoding" in text or "too recent version" in text:
        return StoreError(f"{place}: the store is damaged ({error})", mend="build it again in a new folder")
    if number is not None and error.args[1:]:
        return StoreError(f"{place}: {os.strerror(number)}", mend="check the folder")
    return StoreError(f"{place}: {error}", mend="check the folder and its disk")


@contextmanager
def mapped_faults(place: str) -> Iterator[None]:
    """Inside, errors of the engine and the file system become errors of kg."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise read_fault(error, place) from None
