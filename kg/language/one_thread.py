"""Matrix products on one thread: small ones gain nothing from more, and their number must not change a result."""

from contextlib import ContextDecorator
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


class OneThread(ContextDecorator):
    """While anybody is inside, BLAS uses one thread. To set the limit takes longer than many a product, so the
    pipeline enters once an abstract; what it then calls enters for nothing.

    >>> with OneThread() as outer, outer as inner:
    ...     inner.inside
    2
    """

    def __init__(self) -> None:
        self.inside = 0
        self._lock = Lock()
        self._limit: Any = None

    def __enter__(self) -> "OneThread":
        with self._lock:
            if not self.inside:
                self._limit = _controller().limit(limits=1, user_api="blas")
                self._limit.__enter__()
            self.inside += 1
        return self

    def __exit__(self, *problem: object) -> None:
        with self._lock:
            self.inside -= 1
            if not self.inside:
                self._limit.__exit__(*problem)


@cache
def _controller() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


one_thread = OneThread()
