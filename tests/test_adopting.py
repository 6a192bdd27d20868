"""What a stranger meets first: what each command of adoption says, and that what it tells to type works."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from sync.manifest import read
from tests.commands import committed, repository, versync
from tests.trees import put

GO = """
[project]
name = "kiln"
leader = "kiln"

[repos.kiln]

[[components]]
name = "kiln"
repo = "kiln"
packages = ["pkg:npm/kiln"]

[[components]]
name = "kiln-go"
repo = "kiln"
packages = ["pkg:golang/registry.example/kiln"]
"""


def test_a_bump_says_of_a_go_module_that_its_tag_alone_moves(tmp_path: Path) -> None:
    npm = '{ "name": "kiln", "version": "%s" }\n'
    repository(tmp_path, {"versync.toml": GO, "package.json": npm % "1.2.0", "go.mod": "module registry.example/kiln\n"}, tag="v1.2.0")
    ran = versync(tmp_path, "bump", "1.3.0")
    assert ran.out.splitlines()[:3] == ["kiln     1.2.0 -> 1.3.0", "kiln-go  1.2.0 -> 1.3.0 (by its tag; no file holds it)", "kiln: 1 file written to the work tree"]
    assert versync(tmp_path, "undo").out == "1 file stands as it did before the last bump\n"
    told = json.loads(versync(tmp_path, "bump", "2.0.0", "--format", "json").out)
    assert [one["name"] for one in told["components"]] == ["kiln", "kiln-go"]
    assert versync(tmp_path, "undo").out == "2 files stand as they did before the last bump\n"


def test_a_go_module_above_v1_changes_no_file_within_its_major(tmp_path: Path) -> None:
    repository(tmp_path, {"versync.toml": GO, "package.json": '{ "name": "kiln", "version": "3.2.0" }\n', "go.mod": "module registry.example/kiln/v3\n"}, tag="v3.2.0")
    assert "kiln-go  3.2.0 -> 3.3.0 (by its tag; no file changes)" in versync(tmp_path, "bump", "3.3.0").out
    assert versync(tmp_path, "undo").code == 0
    assert "kiln-go  3.2.0 -> 4.0.0\n" in versync(tmp_path, "bump", "4.0.0").out, "the path of the module says it"


def test_one_site_is_not_said_to_be_many(tmp_path: Path) -> None:
    repository(tmp_path, {"versync.toml": GO.partition('[[components]]\nname = "kiln-go"')[0], "package.json": '{ "name": "kiln", "version": "3.2.0" }\n'})
    assert versync(tmp_path, "sites").out.endswith("\n1 site\n")


# ---- remove and add: each hint can be pasted

PLACES = """
[project]
name = "kiln"
leader = "kiln"

[repos.own]

[[components]]
name = "kiln"
repo = "own"
packages = ["pkg:npm/kiln", "pkg:npm/glaze"]
ignore-packages = ["pkg:npm/nobody"]
places = [
  { file = "a b.md", text = "kiln {version}" },
  { file = ["a b.md", "c.md"], text = ["see {version}", "or {major}"] },
  { file = "docs/*.md", text = "kiln {version}" },
]

[[components]]
name = "ash"
repo = "own"
packages = ["pkg:npm/ash"]
places = { "a b.md" = "ash {version}", "VERSION" = ["{version}", "v{version}"] }
"""


def places(folder: Path) -> dict[str, list[tuple[tuple[str, ...], object]]]:
    """Files and values of the places, by component."""
    return {one.name: [(place.files, place.value) for place in one.places] for one in read.read("m", (folder / "versync.toml").read_bytes()).components}


def test_a_file_alone_is_removed_with_all_its_places_and_each_is_said(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": PLACES})
    assert versync(tmp_path, "remove", "a b.md", "--dry-run").code == 0
    assert (tmp_path / "versync.toml").read_text("utf-8") == PLACES
    ran = versync(tmp_path, "remove", "a b.md")
    said = [("kiln", 'text "kiln {version}"'), ("kiln", 'text "see {version}"'), ("kiln", 'text "or {major}"'), ("ash", 'text "ash {version}"')]
    assert (ran.code, ran.err.splitlines()) == (0, [f"no longer a place of {name}: {value} in a b.md" for name, value in said])
    left = [(("c.md",), "see {version}"), (("c.md",), "or {major}"), (("docs/*.md",), "kiln {version}")]
    assert places(tmp_path) == {"kiln": left, "ash": [(("VERSION",), "{version}"), (("VERSION",), "v{version}")]}
    assert versync(tmp_path, "remove", "own/VERSION").code == 0, "as sites and audit write it"
    assert versync(tmp_path, "remove", "kiln", "--file", "c.md", "--file", "docs/*.md").code == 0
    assert places(tmp_path) == {"kiln": [], "ash": []}


def test_a_file_without_a_value_is_removed_from_that_component_alone(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": PLACES})
    assert versync(tmp_path, "remove", "ash", "--file", "a b.md").err == 'no longer a place of ash: text "ash {version}" in a b.md\n'
    assert [len(some) for some in places(tmp_path).values()] == [6, 2]


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("remove", "kil", "pkg:npm/kiln"), "no component is called kil", "did you mean kiln?"),
        (("remove", "kiln", "pkg:npm/ash"), "kiln does not list pkg:npm/ash", "versync remove ash pkg:npm/ash"),
        (("remove", "ash", "pkg:npm/glaze"), "ash does not list pkg:npm/glaze", "versync remove kiln pkg:npm/glaze"),
        (("add", "kiln", "pkg:npm/ash"), "ash lists pkg:npm/ash already", "versync remove ash pkg:npm/ash"),
        (("add", "new", "pkg:npm/ash", "--in", "own"), "ash lists pkg:npm/ash already", "versync remove ash pkg:npm/ash"),
        (("add", "new", "--file", "a", "--text", "{version}"), "no component is called new", "components: kiln, ash"),
        (("add", "new", "pkg:npm/new"), "no component is called new", "components: kiln, ash; --in REPO makes a new one"),
        (("remove", "ash", "--file", "c.md", "--text", "see {version}"), "ash has no place with text 'see {version}' in c.md", "versync remove kiln --file c.md --text 'see {version}'"),
        (("remove", "ash", "--file", "c.md"), "ash has no place in c.md", "versync remove kiln --file c.md"),
        (("remove", "docs/a.md"), "there is no component and no place in a file that is called docs/a.md", "versync remove kiln --file 'docs/*.md'"),
        (("remove", "VERSIO"), "there is no component and no place in a file that is called VERSIO", "did you mean VERSION?"),
        (("remove", "nothing at all"), "there is no component and no place in a file that is called nothing at all", "components: kiln, ash"),
        (("remove", "kiln", "--file", "c.md", "--text", "x"), "kiln has no place with text 'x' in c.md", 'its places there: text "see {version}", text "or {major}"'),
        (("remove", "kiln", "--file", "x y.md", "--text", "x"), "kiln has no place with text 'x' in x y.md", "versync explain 'x y.md'"),
    ],
)
def test_what_is_not_there_is_said_with_a_hint_that_can_be_pasted(tmp_path: Path, arguments: tuple[str, ...], message: str, hint: str) -> None:
    put(tmp_path, {"versync.toml": PLACES, "package.json": '{ "name": "kiln", "version": "1.0.0" }\n', "x y.md": ""})
    ran = versync(tmp_path, *arguments)
    assert (ran.code, ran.err) == (2, f"versync.toml: error: {message}\n  hint: {hint}\n")
    ran = versync(tmp_path, *arguments, "--manifest", "versync.toml", "--repo", "own=.")
    assert ran.err.splitlines()[1] == f"  hint: {hint}{' --manifest versync.toml --repo own=.' if hint.startswith('versync ') else ''}"
    if hint.startswith("versync "):
        assert versync(tmp_path, *shlex.split(ran.err.splitlines()[1].removeprefix("  hint: versync "))).code == 0


def test_the_last_package_goes_with_its_component(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": PLACES.partition("places = { ")[0]})
    ran = versync(tmp_path, "remove", "ash", "pkg:npm/ash")
    assert (ran.code, ran.err) == (2, "versync.toml: error: nothing would be left of ash\n  hint: versync remove ash --whole\n")
    assert versync(tmp_path, "remove", "ash", "--whole").code == 0


def test_a_package_that_is_ignored_can_be_taken_back(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": PLACES})
    assert versync(tmp_path, "remove", "kiln", "pkg:npm/nobody").code == 0
    assert "ignore-packages" not in (tmp_path / "versync.toml").read_text("utf-8")


def test_a_manifest_that_would_not_be_one_is_not_named_by_lines_that_were_never_written(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": PLACES})
    ran = versync(tmp_path, "add", "kiln", "x")
    assert ran.err.startswith('versync.toml: error: components[0].packages[2]: "x" should be a package URL')
    assert ran.err.endswith("\n  hint: nothing was changed\n")


@pytest.mark.parametrize("name", ["it's a file.json", "a $HOME `b`.json", "é.json"])
def test_the_command_that_puts_changes_away_can_be_pasted(tmp_path: Path, name: str) -> None:
    text = PLACES.partition("places = [")[0].replace(', "pkg:npm/glaze"', "") + f"places = [{{ file = {json.dumps(name, ensure_ascii=False)}, text = 'kiln {{version}}' }}]\n"
    folder = repository(tmp_path / "it's here", {"versync.toml": text, "package.json": '{ "name": "kiln", "version": "1.0.0" }\n', name: "kiln 1.0.0\n"})
    (folder / name).write_text("mine: kiln 1.0.0\n", "utf-8")
    ran = versync(folder, "bump", "1.1.0")
    assert (ran.code, ran.err.splitlines()[0]) == (3, f"own/{name}: error: has changes that are not committed")
    command = ran.err.splitlines()[1].removeprefix("  hint: ").removesuffix(", or commit them")
    subprocess.run(["sh", "-c", command], check=True, capture_output=True, cwd=tmp_path)
    assert versync(folder, "bump", "1.1.0").code == 0
    assert (folder / name).read_text("utf-8") == "kiln 1.1.0\n"


# ---- audit: its commands go through a shell

ODD = ["it's.md", 'say "hi".md', "tab\there.md", "dollar$HOME.md", "-dash.md", "a b/c`d`.md", "zero\u200bwidth.md", "br[1].md", "cur{a,b}.md", "~.md"]


def audited() -> dict[str, str]:
    """A manifest without places, and its package."""
    return {"versync.toml": PLACES.partition("ignore-packages")[0].replace(', "pkg:npm/glaze"', ""), "package.json": '{ "name": "kiln", "version": "4.7.3" }\n'}


def test_what_audit_tells_to_type_a_shell_takes(tmp_path: Path) -> None:
    put(tmp_path, {**audited(), **dict.fromkeys(ODD, "kiln 4.7.3\n")})
    out = versync(tmp_path, "audit", "--all").out
    for verb in ("accept", "ignore"):
        commands = [line.removeprefix(f"  {verb}: versync ") for line in out.splitlines() if line.startswith(f"  {verb}: ")]
        assert len(commands) == len(ODD)
        taken = subprocess.run(["bash", "-c", "".join(f"printf '%s\\0' {one}; echo;" for one in commands)], check=True, capture_output=True).stdout.decode()
        told = [row.split("\0")[:-1] for row in taken.split("\n")[:-1]]
        assert {one[3 if verb == "accept" else 2].removeprefix("own/") for one in told} == set(ODD)
        assert all(versync(tmp_path, *one, "--dry-run").code == 0 for one in told)


@pytest.mark.parametrize("name", ["two\nlines.md", "back\\slash.md", "open[.md"])
def test_a_file_that_no_manifest_can_name_has_no_command(tmp_path: Path, name: str) -> None:
    put(tmp_path, {**audited(), name: "kiln 4.7.3\n"})
    assert versync(tmp_path, "audit", "--all").out.splitlines()[2:4] == ["  accept: by no command: a manifest cannot name this file", "  ignore: by no command: a manifest cannot name this file"]
    (found,) = json.loads(versync(tmp_path, "audit", "--all", "--format", "json").out)["findings"]
    assert (found["accept"], found["ignore"]) == ([], [])


# ---- learn and replay: what comes next


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """Five releases of a package, with a README that moved with each, a NOTES that was forgotten at the last, and a NEW that has seen two."""
    manifest = PLACES.partition("ignore-packages")[0].replace(', "pkg:npm/glaze"', "")

    def files(at: int) -> dict[str, str]:
        text = {"package.json": f'{{ "name": "kiln", "version": "1.{at}.0" }}\n', "README.txt": f"kiln version 1.{at}.0\n", "NOTES.txt": f"kiln version 1.{min(at, 3)}.0\n"}
        return {**text, "NEW.txt": f"kiln version 1.{at}.0\n"} if at > 2 else text

    folder = repository(tmp_path / "my kiln", {**files(0), "versync.toml": manifest}, tag="v1.0.0")
    for at in range(1, 5):
        committed(folder, files(at), tag=f"v1.{at}.0")
    return folder


def test_learn_names_the_command_that_adds_what_can_be_relied_on(past: Path) -> None:
    *_, command = versync(past, "learn").out.splitlines()
    assert command == "to add 1 of 3: versync learn --accept 5"
    ran = versync(past, *shlex.split(command.partition(": versync ")[2]))
    assert "3 from 5 releases, 1 of which has drifted; 1 added" in ran.out
    assert "to add" not in ran.out
    assert [files for files, _ in places(past)["kiln"]] == [("README.txt",)]
    assert versync(past, "learn", "--last", "3", "--repo", "own=.", "--at", "HEAD").out.splitlines()[-1].endswith(" --last 3 --repo own=. --at HEAD")


def test_learn_names_no_command_where_there_is_nothing_to_add(past: Path) -> None:
    assert versync(past, "learn", "--accept", "1").code == 0
    assert versync(past, "learn").out == "nothing that moved with 5 releases is missing from the manifest\n"
    assert "versync" not in versync(past, "learn", "--format", "json").out


def test_replay_names_the_command_that_shows_every_hunk(past: Path) -> None:
    out = versync(past.parent, "replay", "--last", "2", "--since", "1.1.0", "--manifest", "my kiln/versync.toml").out
    command, more = out.splitlines()[-2:]
    assert more == "places that the manifest does not know: versync learn --manifest 'my kiln/versync.toml', then versync audit --manifest 'my kiln/versync.toml'"
    assert command == "every hunk: versync replay --since 1.1.0 --last 2 --diff --manifest 'my kiln/versync.toml'"
    shown = versync(past.parent, *shlex.split(command.partition(": versync ")[2])).out
    assert "+kiln version 1.4.0" in shown
    assert "every hunk" not in shown
    assert versync(past, "learn", "--accept", "5").code == 0
    assert "every hunk" not in versync(past, "replay", "--last", "1", "--format", "json").out


def test_replay_names_nothing_where_all_is_reproduced(past: Path) -> None:
    committed(past, {"package.json": '{ "name": "kiln", "version": "1.5.0" }\n'}, tag="v1.5.0")
    assert versync(past, "replay", "--last", "1").out.splitlines()[-1] == "1 of 1 releases reproduced"


def test_explain_names_commands_with_their_paths_quoted_and_their_options(tmp_path: Path) -> None:
    folder = repository(tmp_path / "it's", {**audited(), "a b/notes.txt": "kiln 4.7.3\n", "x/package.json": '{ "name": "it\'s", "version": "4.7.3" }\n'})
    put(folder, {"new one.txt": "kiln 4.7.3\n"})

    def hints(*arguments: str) -> list[str]:
        return [line.removeprefix("  hint: ") for line in versync(folder, "explain", *arguments).out.splitlines() if line.startswith("  hint: ")]

    assert hints("a b/notes.txt")[0] == "versync add COMPONENT --file 'a b/notes.txt' --text '...{version}...'"
    assert hints("pkg:npm/it's", "--repo", "own=.") == ["versync add COMPONENT 'pkg:npm/it'\"'\"'s' --repo own=."]
    (command,) = hints("new one.txt")
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path)
    assert hints("new one.txt")[0].startswith("versync add COMPONENT --file 'new one.txt'")


def test_a_place_whose_literal_text_moves_is_an_error_with_the_command_that_mends_it(tmp_path: Path) -> None:
    manifest = '[project]\nname = "kiln"\nleader = "kiln"\n[repos.kiln]\n[[components]]\nname = "kiln"\nrepo = "kiln"\npackages = ["pkg:npm/kiln"]\nplaces = [\n'
    manifest += '  { file = "README.md", text = "kiln {version}" },\n  { file = "README.md", text = "kiln 1.0.0 or kiln@{version}" },\n]\n'
    folder = repository(tmp_path / "kiln", {"package.json": '{ "name": "kiln", "version": "1.0.0" }\n', "README.md": "# kiln\nkiln 1.0.0 or kiln@1.0.0\n", "versync.toml": manifest})
    done = versync(folder, "bump", "2.0.0", "--repo", "kiln=.")
    assert done.code == 3
    assert "README.md:2:6: error: this moves, and the place text 'kiln 1.0.0 or kiln@{version}' has it in its literal text" in done.err
    command = next(line for line in done.err.splitlines() if "hint: versync remove" in line).partition("hint: versync ")[2]
    assert versync(folder, *shlex.split(command)).code == 0
    assert versync(folder, "bump", "2.0.0", "--repo", "kiln=.").code == 0
    assert (folder / "README.md").read_text() == "# kiln\nkiln 2.0.0 or kiln@1.0.0\n"
