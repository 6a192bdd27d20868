"""One manifest over a project's past: what holds only while the project's version is in a range, and what is left alone."""

from __future__ import annotations

from pathlib import Path

from tests.trees import Family, said

HEAD = """
[project]
name = "kiln"
leader = "kiln"
[repos.kiln]
"""

KILN = HEAD + '[[components]]\nname = "kiln"\nrepo = "kiln"\npackages = ["pkg:cargo/kiln"]\n'


def cargo(name: str, version: str, *needs: str) -> str:
    return f'[package]\nname = "{name}"\nversion = "{version}"\n[dependencies]\n' + "".join(f"{one}\n" for one in needs)


def test_a_place_is_looked_for_while_the_version_of_the_tree_is_in_its_range(tmp_path: Path) -> None:
    manifest = KILN + 'places = [{ file = "old.txt", text = "v{version}", below = "2" }, { file = "new.txt", text = "v{version}", from = "2" }]\n'
    for at, version, moved in ((0, "1.9.0", ["Cargo.toml", "old.txt"]), (1, "2.0.0", ["Cargo.toml", "new.txt"])):
        files = {"Cargo.toml": cargo("kiln", version), "old.txt": f"v{version}\n", "new.txt": f"v{version}\n"}
        family = Family(tmp_path / str(at), manifest, {"kiln": files})
        assert [change.path for change in family.bump("2.1.0").changes["kiln"]] == moved


def test_a_place_out_of_its_range_is_neither_absent_nor_wrong(tmp_path: Path) -> None:
    manifest = KILN + 'places = [{ file = "gone.txt", text = "v{version}", below = "2" }, { file = "here.txt", text = "v{version}", below = "2" }]\n'
    assert said(Family(tmp_path / "a", manifest, {"kiln": {"Cargo.toml": cargo("kiln", "2.0.0"), "here.txt": "nothing\n"}}).check()) == []
    found = said(Family(tmp_path / "b", manifest, {"kiln": {"Cargo.toml": cargo("kiln", "1.0.0"), "here.txt": "nothing\n"}}).check())
    assert [line.rpartition(": ")[2] for line in found] == ["kiln has no file gone.txt", 'text "v{version}" matches nothing']


def test_a_package_that_a_place_declares_in_another_range_is_not_missed(tmp_path: Path) -> None:
    manifest = KILN.replace('"pkg:cargo/kiln"', '"pkg:cargo/kiln", "pkg:hex/kiln"') + 'places = [{ file = "V", text = "{version}", declares = "pkg:hex/kiln", from = "2" }]\n'
    out = Family(tmp_path, manifest, {"kiln": {"Cargo.toml": cargo("kiln", "1.0.0"), "V": "0.1.0\n"}}).check()
    assert (out.findings, out.unchecked) == ((), ())


def test_a_version_that_stands_in_a_place_says_which_places_hold(tmp_path: Path) -> None:
    manifest = HEAD + '[[components]]\nname = "kiln"\nrepo = "kiln"\npackages = ["pkg:generic/kiln"]\nplaces = [\n'
    manifest += '{ file = "VERSION", text = "{version}", declares = "pkg:generic/kiln" }, { file = "a", text = "v{version}", below = "2" }]\n'
    family = Family(tmp_path, manifest, {"kiln": {"VERSION": "2.0.0\n", "a": "v1.9.0\n"}})
    assert said(family.check()) == []
    assert [change.path for change in family.bump("2.1.0").changes["kiln"]] == ["VERSION"]


def test_a_package_is_whose_it_was_at_that_version(tmp_path: Path) -> None:
    manifest = KILN + '[[components]]\nname = "tools"\nrepo = "kiln"\npackages = ["pkg:cargo/tool"]\nversion = "independent"\nformer = [{ packages = ["pkg:cargo/kiln-*"], below = "2" }]\n'
    manifest = manifest.replace('"pkg:cargo/kiln"]', '"pkg:cargo/kiln", "pkg:cargo/kiln-bits"]')
    for at, (version, target, bits) in enumerate((("1.0.0", "1.1.0", "0.3.0"), ("2.0.0", "2.1.0", "2.1.0"))):
        own = "0.3.0" if version == "1.0.0" else version
        files = {"Cargo.toml": cargo("kiln", version), "tool/Cargo.toml": cargo("tool", "0.3.0"), "bits/Cargo.toml": cargo("kiln-bits", own)}
        family = Family(tmp_path / str(at), manifest, {"kiln": files})
        assert said(family.check()) == []
        family.write(family.bump(target))
        assert f'version = "{bits}"' in family.text("kiln", "bits/Cargo.toml")


def test_a_requirement_that_a_registry_answers_can_be_left_alone(tmp_path: Path) -> None:
    manifest = KILN + 'ranges = "leave"\n[[components]]\nname = "server"\nrepo = "kiln"\npackages = ["pkg:cargo/server", "pkg:cargo/near"]\n'
    lock = 'version = 3\n[[package]]\nname = "kiln"\nversion = "1.0.0"\nsource = "registry+x"\nchecksum = "ab"\n\n[[package]]\nname = "server"\nversion = "3.0.0"\ndependencies = [\n "kiln",\n]\n'
    files = {
        "Cargo.toml": cargo("kiln", "3.0.0"),
        "server/Cargo.toml": cargo("server", "3.0.0", 'kiln = "=1.0.0"'),
        "server/Cargo.lock": lock,
        "near/Cargo.toml": cargo("near", "3.0.0", 'kiln = { path = "..", version = "3.0.0" }'),
    }
    family = Family(tmp_path, manifest, {"kiln": files})
    assert said(family.check()) == []
    out = family.bump("4.0.0")
    family.write(out)
    assert 'kiln = "=1.0.0"' in family.text("kiln", "server/Cargo.toml")
    assert out.plan.left == ()
    assert family.text("kiln", "server/Cargo.lock") == lock.replace("3.0.0", "4.0.0")
    assert 'version = "4.0.0" }' in family.text("kiln", "near/Cargo.toml"), "what is in the tree moves all the same"
    kept = Family(tmp_path / "kept", manifest.replace('ranges = "leave"\n', ""), {"kiln": files})
    assert [line for line in said(kept.check()) if "server/Cargo.toml" in line] != []


def test_what_a_component_requires_of_what_it_carries_can_follow(tmp_path: Path) -> None:
    manifest = KILN + '[repos.rb]\n[[components]]\nname = "kiln-rb"\nrepo = "rb"\npackages = ["pkg:cargo/kiln-rb"]\nbundles = "kiln"\n'
    files = {"Cargo.toml": cargo("kiln-rb", "1.2.0", 'kiln = "1.2.0"')}
    for ranges, text in (("", 'kiln = "1.2.0"'), ('ranges = "follow"\n', 'kiln = "1.2.1"')):
        family = Family(tmp_path / (ranges[:6] or "keep"), manifest + ranges, {"rb": files})
        family.write(family.bump("1.2.1"))
        assert text in family.text("rb", "Cargo.toml")


def test_what_a_component_carries_is_not_left_alone(tmp_path: Path) -> None:
    manifest = KILN + 'ranges = "leave"\n[repos.rb]\n[[components]]\nname = "kiln-rb"\nrepo = "rb"\npackages = ["pkg:cargo/kiln-rb"]\nbundles = "kiln"\n'
    family = Family(tmp_path, manifest, {"rb": {"Cargo.toml": cargo("kiln-rb", "1.2.0", 'kiln = "=1.2.0"')}})
    family.write(family.bump("1.2.1"))
    assert 'kiln = "=1.2.1"' in family.text("rb", "Cargo.toml")


def test_a_placeholder_of_go_is_filled_in_by_a_release_where_requirements_follow(tmp_path: Path) -> None:
    manifest = HEAD + '[[components]]\nname = "kiln"\nrepo = "kiln"\npackages = ["pkg:golang/example.com/kiln", "pkg:generic/kiln"]\n'
    manifest += 'places = [{ file = "V", text = "{version}", declares = "pkg:generic/kiln" }]\n'
    module = "module example.com/kiln/x\nrequire example.com/kiln v0.0.0-00010101000000-000000000000\nreplace example.com/kiln => ../\n"
    files = {"V": "1.2.0\n", "go.mod": "module example.com/kiln\n", "x/go.mod": module}
    manifest = manifest.replace('"pkg:generic/kiln"]', '"pkg:generic/kiln", "pkg:golang/example.com/kiln/x"]')
    for ranges, written in (("", "v0.0.0-00010101000000-000000000000"), ('ranges = "follow"\n', "v1.3.0-rc.1")):
        family = Family(tmp_path / (ranges[:6] or "keep"), manifest + ranges, {"kiln": files})
        assert said(family.check()) == [], "between releases it is right"
        family.write(family.bump("1.3.0-rc.1"))
        assert f"require example.com/kiln {written}\n" in family.text("kiln", "x/go.mod")
