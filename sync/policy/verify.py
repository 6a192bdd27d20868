"""Evidence against facts: what is verified, what is somebody's word, what could not be looked at, and what is not so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from sync.errors import UnreadableError, counted
from sync.manifest.model import At
from sync.policy import owners, workflows
from sync.policy.claims import Criterion, Evidence
from sync.policy.facts import Facts, followed

Standing = Literal["met", "in progress", "no", "waived", "unanswered", "refuted", "not checked"]

ENOUGH: Final[tuple[Standing, ...]] = ("met", "waived")
"""What satisfies a criterion."""


class Subject(NamedTuple):
    """What is judged: a component or a feature, the repository in which it lives, whether its number is the project's, and its matrix of platforms."""

    name: str
    repo: str
    follows: bool = True
    platforms: Mapping[str, str] = MappingProxyType({})


class Verdict(NamedTuple):
    """What came of one criterion. ``says`` is what was found; ``verified`` whether it was looked at, and not only said. ``at`` is the claim's place."""

    criterion: Criterion
    state: Standing
    says: str = ""
    verified: bool = False
    at: At = At()

    @property
    def enough(self) -> bool:
        """Whether the criterion is satisfied."""
        return self.state in ENOUGH


class Found(NamedTuple):
    """One thing that was looked for: there (True), not there (False), or not looked at (None); in words."""

    so: bool | None
    says: str


def judge(criterion: Criterion, evidence: Sequence[Evidence], subject: Subject, facts: Facts, otherwise: At) -> Verdict:
    """The verdict on one criterion for one subject; ``otherwise`` is the place of the subject, where nothing is claimed."""
    claim = next((one for one in evidence if criterion.id in one.criteria), None)
    if claim is None and criterion.lag is None:
        return Verdict(criterion, "unanswered", "no evidence", at=otherwise)
    if claim is not None and claim.state != "met":
        return Verdict(criterion, claim.state, claim.reason or _word(claim), at=claim.at)
    found = list(_looked(criterion, claim, subject, facts))
    at = claim.at if claim is not None else otherwise
    wrong = [one.says for one in found if one.so is False]
    if wrong:
        return Verdict(criterion, "refuted" if claim is not None else "no", "; ".join(wrong), verified=True, at=at)
    unknown = [one.says for one in found if one.so is None]
    if unknown:
        return Verdict(criterion, "not checked", "; ".join(unknown), at=at)
    words = [one.says for one in found] + ([_word(claim)] if claim is not None and _word(claim) else [])
    return Verdict(criterion, "met", "; ".join(words), verified=bool(found), at=at)


def _word(claim: Evidence) -> str:
    """What is taken on trust."""
    return ", ".join(one for one in (claim.person, claim.link) if one)


def _looked(criterion: Criterion, claim: Evidence | None, subject: Subject, facts: Facts) -> Iterator[Found]:
    if criterion.lag is not None:
        yield _lag(criterion, subject, facts)
    if claim is not None:
        repo = claim.repo or subject.repo
        if claim.file:
            yield from _file(claim, repo, facts)
        if claim.owners:
            yield _owned(claim.owners, repo, facts)
        if claim.workflow:
            yield _workflow(claim.workflow, criterion, repo, facts)
    for platform in criterion.platforms if subject.platforms else ():
        state = next((state for name, state in subject.platforms.items() if platform == name or platform in name.split("-")), "")
        yield Found(state == "yes", f"{platform}: {state or 'not in the matrix'}")


def _lag(criterion: Criterion, subject: Subject, facts: Facts) -> Found:
    assert criterion.lag is not None, "asked where there is one"
    if subject.repo == facts.leader:
        return Found(True, "released from the leader's repository")
    if not subject.follows:
        return Found(None, "has a number of its own, so its tags do not say which release they follow")
    for repo in (facts.leader, subject.repo):
        if not facts.releases.get(repo):
            return Found(None, f"{repo} has no release tags at hand")
    lines = followed(facts, subject.repo, criterion.lag.lines)
    shown = [f"{'.'.join(map(str, one.line))}: {counted(one.days, 'day')}{'' if one.done else ', not yet'}" for one in lines]
    late = any(one.days > criterion.lag.days for one in lines)
    return Found(not late, f"behind the leader: {', '.join(shown)}" + (f", should be {counted(criterion.lag.days, 'day')} at most" if late else ""))


def _file(claim: Evidence, repo: str, facts: Facts) -> Iterator[Found]:
    shown = f"{repo}/{claim.file}"
    seen = facts.repos.get(repo)
    if seen is None:
        yield Found(None, f"{repo} is not at hand")
    elif claim.file not in seen.paths:
        yield Found(False, f"there is no {shown}")
    elif claim.holds and claim.file not in seen.texts:
        yield Found(None, f"{shown} could not be read")
    else:
        text = " ".join(seen.texts[claim.file].decode("utf-8", "replace").split()) if claim.holds else ""
        lacking = [one for one in claim.holds if " ".join(one.split()) not in text]
        yield Found(False, f"{shown} does not hold {', '.join(repr(one) for one in lacking)}") if lacking else Found(True, shown)


def _owned(path: str, repo: str, facts: Facts) -> Found:
    seen = facts.repos.get(repo)
    if seen is None:
        return Found(None, f"{repo} is not at hand")
    place = owners.place(seen.paths)
    if not place:
        return Found(False, f"{repo} has no CODEOWNERS")
    if place not in seen.texts:
        return Found(None, f"{repo}/{place} could not be read")
    folder = path.rstrip("/") + "/"
    below = sorted(one for one in seen.paths if one == path or one.startswith(folder))
    if not below:
        return Found(False, f"there is no {repo}/{path}")
    rules = owners.rules(seen.texts[place])
    named: dict[str, None] = {}
    for one in below:
        who = owners.of(one, rules)
        if not who:
            return Found(False, f"{repo}/{place} names no owner of {one}")
        named |= dict.fromkeys(who)
    return Found(True, f"{repo}/{place}: {', '.join(named)}")


def _workflow(path: str, criterion: Criterion, repo: str, facts: Facts) -> Found:
    shown = f"{repo}/{path}"
    seen = facts.repos.get(repo)
    if seen is None:
        return Found(None, f"{repo} is not at hand")
    if path not in seen.paths:
        return Found(False, f"there is no {shown}")
    try:
        runs = workflows.read(path, seen.texts[path])
    except (KeyError, UnreadableError):
        return Found(None, f"{shown} could not be read")
    lacking = [one for one in criterion.platforms if not runs.on(one)]
    if lacking and runs.unknown:
        return Found(None, f"{shown}: whether it runs on {', '.join(lacking)} is not written there, the runners of {', '.join(runs.unknown)} are computed")
    if lacking:
        return Found(False, f"{shown} runs on {', '.join(sorted(runs.platforms)) or 'nothing'}, not on {', '.join(lacking)}")
    return Found(True, f"{shown} runs on {', '.join(criterion.platforms)}")
