"""What can be wrong, and how it is said: the leaf that every other module may import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

Severity = Literal["error", "warning", "note"]

IN_SYNC: Final = 0
OUT_OF_SYNC: Final = 1
USAGE: Final = 2
NOT_CARRIED_OUT: Final = 3
INTERRUPTED: Final = 4


class Problem(NamedTuple):
    """One finding: the place, what is and what should be, and the command that mends it.

    ``repo`` is the manifest's name of the repository ("" where there is none to name), ``path`` is
    relative to its root with forward slashes. ``line`` and ``column`` count from 1, in characters;
    0 means the file as a whole. Sorts by place.
    """

    repo: str
    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = "error"
    rule: str = ""

    @property
    def place(self) -> str:
        """``repo/path:line:column`` with what is known of it; "" where nothing is."""
        path = f"{self.repo}/{self.path}" if self.repo and self.path else self.repo or self.path
        if self.line:
            return f"{path}:{self.line}:{self.column}"
        return path

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        tail = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{head}{self.severity}: {self.message}{tail}"


def problem(message: str, *, repo: str = "", path: str = "", line: int = 0, column: int = 0, hint: str = "", severity: Severity = "error", rule: str = "") -> Problem:
    """A Problem whose place may be known in part only."""
    return Problem(repo, path, line, column, message, hint, severity, rule)


def counted(count: int, what: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {what}{'' if count == 1 else 's'}"


class SyncError(Exception):
    """Everything that stops a run and that a person can mend. Carries all problems at once."""

    exit_code: int = NOT_CARRIED_OUT

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(sorted(problems))
        super().__init__("\n".join(str(one) for one in found))
        self.problems = found


class UsageError(SyncError):
    """A wrong argument, or a manifest that cannot be read: exit code 2."""

    exit_code = USAGE


class UnreadableError(SyncError):
    """A file that is broken, binary, too large, or in an encoding that is not read: exit code 3."""


class RefusedError(SyncError):
    """What was asked cannot be carried out, and nothing was changed: exit code 3."""


class CutOffError(SyncError):
    """A transaction was cut off and waits for ``versync recover``: exit code 4."""

    exit_code = INTERRUPTED
