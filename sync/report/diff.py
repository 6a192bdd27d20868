"""A plan as a unified diff that ``git apply`` takes. A version never spans lines, so lines match one to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync.change import FileChange

CONTEXT = 3


def unified(files: Sequence[FileChange], prefix: str = "") -> bytes:
    """The diff of those files; ``prefix`` is put before every path (``wasmtime-py/``: then ``git apply -p2``)."""
    return b"".join(_file(change, prefix) for change in files)


def _file(change: FileChange, prefix: str) -> bytes:
    old, new = f"a/{prefix}{change.path}", f"b/{prefix}{change.to or change.path}"
    head = f"diff --git {_quoted(old)} {_quoted(new)}\n"
    if change.to:
        head += f"rename from {_quoted(prefix + change.path)}\nrename to {_quoted(prefix + change.to)}\n"
    if change.before == change.after:
        return head.encode()
    head += f"--- {_quoted(old)}{_tab(old)}\n+++ {_quoted(new)}{_tab(new)}\n"
    return head.encode() + b"".join(_hunks(_lines(change.before), _lines(change.after)))


def _lines(raw: bytes) -> list[bytes]:
    """Split after each line feed, as git does: carriage returns and form feeds are part of a line."""
    parts = raw.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _hunks(before: list[bytes], after: list[bytes]) -> Iterator[bytes]:
    changed = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    groups: list[list[int]] = []
    for at in changed:
        if groups and at - groups[-1][-1] <= 2 * CONTEXT + 1:  # so many that their contexts touch
            groups[-1].append(at)
        else:
            groups.append([at])
    for group in groups:
        start, end = max(group[0] - CONTEXT, 0), min(group[-1] + CONTEXT + 1, len(before))
        where = f"{start + 1},{end - start}" if end - start > 1 else f"{start + 1}"  # as git writes it
        yield f"@@ -{where} +{where} @@\n".encode()
        touched = set(group)
        at = start
        while at < end:
            if at not in touched:
                yield _line(b" ", before[at])
                at += 1
                continue
            run = at
            while run < end and run in touched:
                run += 1
            yield from (_line(b"-", one) for one in before[at:run])
            yield from (_line(b"+", one) for one in after[at:run])
            at = run


def _line(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n\\ No newline at end of file\n"


def _tab(path: str) -> str:
    """A path with a blank ends in a tab, as git writes it, or the blank would end it."""
    return "\t" if " " in path else ""


def _special(path: str) -> bool:
    return any(ord(char) < 32 or char in '"\\\x7f' or ord(char) > 126 for char in path)


def _quoted(path: str) -> str:
    """A path as git quotes it: C escapes for quotes, backslashes, control characters and bytes over 126."""
    if not _special(path):
        return path
    named = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
    text = "".join(f"\\{named[byte]}" if byte in named else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in path.encode())
    return f'"{text}"'
