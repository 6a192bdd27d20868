"""The schedule as Kubernetes' schedule.yaml, and as the front matter of a product on endoflife.date.

Both are flat, so they are written line by line: every text in double quotes (``1.30`` is a number otherwise), every day bare.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from sync.report.calendar import View, lts_from, maintenance

_ODD: Final = re.compile(r"[^ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def kubernetes(view: View) -> str:
    """data/releases/schedule.yaml of kubernetes/website: the lines that are out, the newest first, with all their releases.

    It has no ``next``: no rule says when a patch release is made. A deadline for cherry-picks is not known, which is "" there.
    """
    return "---\nschedules:\n" + "".join(f"{row}\n" for row in _kubernetes(view))


def _kubernetes(view: View) -> Iterator[str]:
    for one in reversed(view.lines):
        if view.coming(one):
            continue
        yield f"- release: {_text(one.name)}"
        yield f"  releaseDate: {one.release}"
        for key, day in (("maintenanceModeStartDate", maintenance(one)), ("endOfLifeDate", one.end)):
            if day is not None:
                yield f"  {key}: {day}"
        made = view.releases.get(one.number, ())
        if made:
            yield "  previousPatches:"
        for each in reversed(made):
            yield f"    - release: {_text(str(each.version))}"
            yield '      cherryPickDeadline: ""'
            yield f"      targetDate: {each.day}"


def endoflife(view: View) -> str:
    """The front matter of products/NAME.md of endoflife-date/endoflife.date: the lines that are out, the newest first.

    ``category`` is asked for there and not known here. ``eol: false`` means that no rule gives a day.
    """
    name = view.schedule.policy.name
    rows = "\n".join(f"{row}" for row in _endoflife(view))
    active = "eoasColumn: true\n" if any(maintenance(one) is not None for one in view.lines if not view.coming(one)) else ""
    return f"---\ntitle: {_text(view.schedule.policy.title)}\ncategory: library  # not in the policy: choose one\npermalink: {_text(f'/{name}')}\n{active}releases:\n{rows}\n---\n"


def _endoflife(view: View) -> Iterator[str]:
    first = True
    for one in reversed(view.lines):
        if view.coming(one):
            continue
        if not first:
            yield ""
        first = False
        yield f"  - releaseCycle: {_text(one.name)}"
        yield f"    releaseDate: {one.release}"
        since = lts_from(one)
        if since is not None:
            yield f"    lts: {since if since > one.release else 'true'}"
        if (less := maintenance(one)) is not None:
            yield f"    eoas: {less}"
        yield f"    eol: {_end(one.end)}"
        newest = view.newest(one)
        yield f"    latest: {_text(str(newest.version))}"
        yield f"    latestReleaseDate: {newest.day}"


def _end(day: date | None) -> str:
    return str(day) if day is not None else "false"


def _text(text: str) -> str:
    """A scalar in double quotes: JSON's escapes are YAML's (https://yaml.org/spec/1.2.2/, 5.7), but for two halves of one character, and what is not printable there."""
    return _ODD.sub(lambda found: f"\\U{ord(found[0]):08X}", json.dumps(text, ensure_ascii=False))
