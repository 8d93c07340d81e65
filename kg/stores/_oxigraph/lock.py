"""Who may use a folder: one process that writes, or several that read."""

import os
import sys
import time
from pathlib import Path
from typing import IO, Final
from weakref import WeakSet

from kg.errors import StoreLockedError
from kg.stores._oxigraph.faults import LOCKED

WAIT: Final = 1.0
"""Seconds to wait for another process that is about to finish."""

SHARED_LOCKS: Final = sys.platform != "win32"
"""Whether readers can keep writers out. The engine must not read files that another process writes."""

if sys.platform == "win32":

    def _try_lock(file: IO[bytes], *, shared: bool) -> bool:  # noqa: ARG001
        return True  # the engine's own lock keeps a second process out

else:
    import fcntl

    def _try_lock(file: IO[bytes], *, shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FolderLock:
    """A lock on a file, freed by `release` or when the process ends. Raises StoreLockedError."""

    def __init__(self, path: Path, *, place: str, shared: bool) -> None:
        self._file: IO[bytes] | None = path.open("rb" if shared else "r+b")
        end = time.monotonic() + WAIT
        while not _try_lock(self._file, shared=shared):
            if time.monotonic() > end:
                self.release()
                mend = "wait until it has finished, or give another store"
                raise StoreLockedError(f"{place}: {LOCKED}", mend=mend)
            time.sleep(0.02)
        _held.add(self)

    def release(self) -> None:
        """Free the lock. Twice is harmless."""
        if self._file is not None:
            self._file.close()
            self._file = None


_held: WeakSet[FolderLock] = WeakSet()


def _leave_to_parent() -> None:
    """A forked child shares the lock; where it outlived its parent it would keep it."""
    for lock in list(_held):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
