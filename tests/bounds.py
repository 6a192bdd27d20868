"""What must come to an end: work that would take hours if it grew with the square of its input."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 60
"""Far more than the work takes, far less than its square does."""


@contextmanager
def ending() -> Iterator[None]:
    """Fails what goes on for a minute; where there is no alarm it goes on."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(*_: object) -> None:
        raise AssertionError("it grows with the square of its input")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
