"""What would end this process, held back while a run is between its first write and its end; and what can be said when it came.

The handler takes a note and no more, so that no call is cut off in its middle: a run asks at places of its own, and
takes itself back there. On the way back, and when all is done, nobody asks any more.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Self

from sync.errors import IN_SYNC, INTERRUPTED, NOT_CARRIED_OUT

_ENDING: Final = tuple(signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if name in signal.Signals.__members__)


class Told(NamedTuple):
    """What is said to whoever interrupts this process now, and its exit code."""

    message: str
    code: int


UNTOUCHED: Final = Told("aborted; nothing was changed", NOT_CARRIED_OUT)
HALF: Final = Told("interrupted; a run was cut off: versync recover", INTERRUPTED)
BACK: Final = Told("interrupted; what was written is taken back", NOT_CARRIED_OUT)
DONE: Final = Told("done; to take it back: versync undo", IN_SYNC)
UNDONE: Final = Told("done; the last bump is taken back", IN_SYNC)


class Ending:
    """How far the last run of this process came; ``late`` names the first signal that came when it was done, ``held`` says that they are held back now."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nothing was done yet."""
        self.told = UNTOUCHED
        self.late = ""
        self.held = False


last: Final = Ending()


class Held:
    """Holds them back for a ``with`` block, in the main thread: only there can that be done. ``seen`` names the first that came."""

    def __init__(self) -> None:
        self.seen = ""
        self._raising = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for one in _ENDING:
                before = signal.getsignal(one)
                if before is not None and before != signal.SIG_IGN:  # nohup's choice stays
                    self._before[one] = before
                    signal.signal(one, self._note)
        last.held, last.late = bool(self._before), ""
        return self

    def __exit__(self, *_: object) -> None:
        if self.seen and last.told.code == IN_SYNC:
            last.late = self.seen
        last.held = False
        for one in reversed(self._before):  # SIGINT last: from then on it may raise
            signal.signal(one, self._before[one])

    def _note(self, number: int, _frame: object) -> None:
        self.seen = self.seen or signal.Signals(number).name
        if self._raising:
            self._raising = False
            raise KeyboardInterrupt(self.seen)

    def check(self) -> None:
        """Raises KeyboardInterrupt where one came."""
        if self.seen:
            raise KeyboardInterrupt(self.seen)

    @contextmanager
    def let_through(self) -> Iterator[None]:
        """For what takes long and writes nothing: the first that comes raises KeyboardInterrupt at once."""
        self._raising = True
        try:
            self.check()
            yield
        finally:
            self._raising = False
        self.check()


@contextmanager
def ignored() -> Iterator[None]:
    """For the last words of this process: SIGINT does not cut them off."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
