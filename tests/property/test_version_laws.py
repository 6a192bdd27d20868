"""Laws of versions, spellings, templates and requirements, for any version."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync import requirement, spelling, template
from sync.version import Version, by_step, increment, step

numbers = st.integers(0, 10_000)
releases = st.lists(numbers, min_size=1, max_size=4).map(tuple)
three = st.tuples(numbers, numbers, numbers)
pres = st.tuples(st.sampled_from(("alpha", "beta", "rc")), st.integers(0, 99))
finals = three.map(Version)
candidates = st.builds(Version, three, pres)
developments = st.builds(lambda release, dev: Version(release, dev=dev), three, st.integers(0, 99))
common = st.one_of(finals, candidates, developments)
identifier = st.one_of(st.from_regex(r"[a-z][0-9a-z-]{0,5}", fullmatch=True), st.integers(0, 999).map(str))
texts = st.one_of(st.text(max_size=30), st.from_regex(r"v?[0-9]{1,4}(\.[0-9]{1,4}){0,4}[-_.~+/]?[A-Za-z0-9.~+_-]{0,16}", fullmatch=True))
spellings = st.sampled_from(sorted(spelling.TABLE))


@st.composite
def any_version(draw: st.DrawFn) -> Version:
    pre = draw(st.none() | pres)
    return Version(draw(releases), pre, draw(st.none() | st.integers(0, 99)), draw(st.none() | st.integers(0, 99)))


@given(any_version())
def test_the_canonical_text_is_read_back(version: Version) -> None:
    found = Version.of(str(version))
    assert found == version
    assert found.release == version.release


@given(any_version(), any_version(), any_version())
def test_the_order_is_total_and_agrees_with_equality_and_hash(a: Version, b: Version, c: Version) -> None:
    assert (a < b) + (a == b) + (a > b) == 1
    assert (a <= b) == (not a > b)
    if a <= b <= c:
        assert a <= c
    if a == b:
        assert hash(a) == hash(b)


@given(three, st.lists(identifier, min_size=1, max_size=4))
def test_any_semver_pre_release_is_read_and_sorts_before_its_release(release: tuple[int, ...], identifiers: list[str]) -> None:
    text = ".".join(map(str, release)) + "-" + ".".join(identifiers)
    found = spelling.parse(text)
    assert found is not None
    assert found < Version(release)
    assert spelling.parse(spelling.render(found)) == found


@given(any_version(), spellings)
def test_what_is_written_is_read_back_unless_the_spelling_loses_it(version: Version, name: str) -> None:
    text = spelling.render(version, name)
    found = spelling.parse(text, name)
    assert found is not None, text
    if name != "go":
        assert (found == version) is not spelling.lossy(version, name)
    assert spelling.same(text, version, name)


@given(texts, spellings)
def test_setting_the_present_version_changes_nothing(text: str, name: str) -> None:
    version = spelling.parse(text, name)
    if version is not None:
        assert spelling.render(version, name, text) == text
        assert spelling.same(text, version, name)


@given(texts, common, common, spellings)
def test_the_last_set_wins(text: str, first: Version, last: Version, name: str) -> None:
    if spelling.parse(text, name) is None or name in ("r", "debian", "rockspec"):
        return  # R's development version shows the release before it; a Debian or Lua revision starts anew
    between = spelling.render(first, name, text)
    after = spelling.render(last, name, between)
    assert spelling.same(after, last, name)
    assert spelling.parse(after, name) is not None


@given(texts, common, spellings, st.booleans())
def test_what_was_set_is_there_and_setting_it_again_changes_nothing(text: str, version: Version, name: str, keep: bool) -> None:
    after = spelling.render(version, name, text, keep_width=keep)
    assert spelling.same(after, version, name, parts_only=keep)
    assert spelling.render(version, name, after, keep_width=keep) == after


@given(finals, finals, spellings)
def test_a_release_set_and_set_back_gives_the_same_bytes(old: Version, new: Version, name: str) -> None:
    text = spelling.render(old, name)
    assert spelling.render(old, name, spelling.render(new, name, text)) == text


@given(texts, spellings)
def test_a_text_that_reads_is_what_the_pattern_matches(text: str, name: str) -> None:
    if spelling.parse(text, name) is None or not text:
        return
    body = b'x = "' + text.encode() + b'"'
    found = template.compile('"{version}"').find(body, name)
    numbers_in_it = spelling._read(text, name)
    if name == "go" or (numbers_in_it is not None and len(numbers_in_it.numbers) > 1):
        assert [body[start:end].decode() for start, end, _ in found] == [text]


@given(common)
def test_a_word_never_goes_back(version: Version) -> None:
    for word in ("major", "minor", "patch", "rc", "dev", "release"):
        try:
            assert increment(version, word) > version
        except ValueError:
            assert word in ("rc", "dev", "release")


@given(common, common, common, common)
def test_two_steps_are_one_step_of_the_same_part(own: Version, a: Version, b: Version, c: Version) -> None:
    try:
        twice = by_step(by_step(own, a, b), b, c)
        once = by_step(own, a, c)
    except ValueError:
        return
    if step(a, b) == step(b, c) == step(a, c) == "major":
        assert twice == once


@given(common, common, common)
def test_a_step_moves_the_part_that_the_project_moved(own: Version, old: Version, new: Version) -> None:
    try:
        after = by_step(own, old, new)
    except ValueError:
        assert old > new
        return
    if step(old, new) == "major":
        assert after.major - own.major == new.major - old.major
        assert (after.minor, after.patch, after.pre, after.dev) == (new.minor, new.patch, new.pre, new.dev)


@given(finals)
def test_a_packed_version_is_read_back(version: Version) -> None:
    small = Version((version.major, version.minor % 100, version.patch % 100))
    packed = template.compile("{major}{minor:02}{patch:02}")
    assert packed.read(packed.render(small)) == small


@given(
    common,
    common,
    st.sampled_from(
        (
            ("cargo", "semver", ""),
            ("cargo", "semver", "="),
            ("npm", "semver", ""),
            ("npm", "semver", "^"),
            ("npm", "semver", "~"),
            ("pypi", "pep440", "=="),
            ("pypi", "pep440", "~="),
            ("gem", "gem", "~>"),
            ("gem", "gem", ""),
            ("nuget", "nuget", ""),
        )
    ),
)
def test_a_requirement_that_has_moved_holds_the_new_version(old: Version, new: Version, row: tuple[str, str, str]) -> None:
    ecosystem, name, operator = row
    for text in (spelling.render(old, name), spelling.render(old.final, name).rpartition(".")[0]):
        after = requirement.moved(operator, text, old, new, name, ecosystem)
        assert after is not None
        assert requirement.satisfies(operator + after, new, ecosystem), after


@given(finals, finals)
def test_an_upper_bound_that_has_moved_is_above_the_new_version(old: Version, new: Version) -> None:
    for text in (str(old.major + 1), f"{old.major}.{old.minor + 1}.0"):
        after = requirement.moved("<", text, old, new, "semver", "npm")
        assert after is not None
        assert requirement.satisfies(f"<{after}", new, "npm")


@given(st.text(max_size=60), common, st.sampled_from(("cargo", "npm", "pypi", "gem", "nuget", "maven", "golang", "composer", "hex", "generic")))
def test_any_text_is_answered(text: str, version: Version, ecosystem: str) -> None:
    assert requirement.satisfies(text, version, ecosystem) in (True, False)
    assert requirement.style("", text, ecosystem) in ("=", "^", "~", "")
