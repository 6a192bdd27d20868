"""The calendar as others read it: ical.js, Node's version resolver, Node's own schedule from npm, the schema of endoflife.date from a clone."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from sync import git
from sync.policy.lines import schedule
from sync.policy.model import Released
from sync.policy.read import find, read
from sync.report.calendar import View, ics, records, view, yaml
from sync.version import Version
from tests.clones import clone_of
from tests.report.calendars import MADE, knot_view, lamp, lamp_view, released

PACKAGES = ("ical.js@2", "@pkgjs/nv@0.3", "node-releases@2")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, object], Any]:
    """Runs a script in a folder with PACKAGES: what it is given as JSON is ``said``, what it passes to ``tell`` comes back."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs node and npm")
    folder = tmp_path_factory.mktemp("node")
    done = subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *PACKAGES], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"npm could not install {', '.join(PACKAGES)}")

    def run(script: str, said: object) -> Any:
        head = "const said = JSON.parse(require('fs').readFileSync(0)); const tell = one => console.log(JSON.stringify(one));\n"
        told = subprocess.run(["node", "-e", head + script], input=json.dumps(said), cwd=folder, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(told.stdout)

    return run


@pytest.mark.oracle
@pytest.mark.parametrize("seen", [lamp_view(), knot_view()], ids=["lamp", "knot"])
def test_ical_js_reads_every_event_as_a_whole_day(node: Callable[[str, object], Any], seen: View) -> None:
    script = """
    import('ical.js').then(({default: ICAL}) => {
      const calendar = new ICAL.Component(ICAL.parse(said));
      tell(calendar.getAllSubcomponents('vevent').map(one => new ICAL.Event(one)).map(one => [one.uid, one.summary, one.startDate.toString(), one.startDate.isDate, one.sequence]));
    });
    """
    rows = node(script, ics.render(seen).decode())
    title = seen.schedule.policy.title
    assert [(uid, summary, day, whole) for uid, summary, day, whole, _ in rows] == [
        (f"{one.kind}-{one.line.name}@{seen.schedule.policy.name}.versync", f"{title} {one.summary}", str(one.day), True) for one in ics.events(seen)
    ]
    assert min(sequence for *_, sequence in rows) > 18000


@pytest.mark.oracle
def test_nodes_resolver_finds_what_is_in_support_in_its_schedule(node: Callable[[str, object], Any]) -> None:
    """@pkgjs/nv gets our schedule.json where it would have fetched Node's."""
    script = """
    const Module = require('module'), load = Module._load;
    const fetched = url => ({json: async () => url.endsWith('schedule.json') ? said.schedule : said.versions});
    Module._load = function (name, ...rest) { return name === 'got' ? fetched : load.call(this, name, ...rest); };
    const nv = require('@pkgjs/nv');
    const names = ['supported', 'lts'];
    Promise.all(names.map(alias => nv(alias, {now: new Date(said.now), ignoreFutureReleases: true}))).then(found => tell(found.map(some => some.map(one => one.version))));
    """
    versions = [{"version": f"v{version}", "date": str(day)} for version, day in MADE.items() if "rc" not in version]
    for day in (date(2024, 5, 2), date(2024, 7, 10)):
        seen = view(lamp(day), released(MADE))
        said = {"now": f"{day}T12:00:00Z", "schedule": json.loads(records.node(seen)), "versions": versions}
        supported, lts = node(script, said)
        in_support = [one for one in seen.lines if not seen.coming(one) and one.window(day) is not None]
        assert supported == [str(seen.newest(one).version) for one in in_support]
        assert lts == [str(seen.newest(one).version) for one in in_support if one.lts]


@pytest.mark.oracle
def test_our_keys_are_those_of_nodes_own_schedule(node: Callable[[str, object], Any]) -> None:
    real = node("tell(require('node-releases/data/release-schedule/release-schedule.json'));", None)
    ours = json.loads(records.node(knot_view()))
    assert list(ours["v1.29"]) == list(real["v19"]), "a line without LTS"
    assert [*ours["v1.28"], "codename"] == list(real["v20"]), "an LTS line; a rule gives no name"
    assert {type(value) for line in real.values() for value in line.values()} == {str}
    assert all(date.fromisoformat(real["v20"][key]) for key in ours["v1.28"])


@pytest.mark.history
def test_endoflife_date_would_take_our_front_matter(clones: Path) -> None:
    """The product's schema, and the keys of two products that it has, at the commit that was cloned."""
    clone = clone_of(clones, "https://registry.example/endoflife-date/endoflife.date")
    if clone is None:
        pytest.skip("needs a clone of endoflife-date/endoflife.date among the clones")
    schema = json.loads(git.run(clone, "show", "HEAD:product-schema.json"))
    real: set[str] = set()
    for product in ("nodejs", "kubernetes"):
        head = git.run(clone, "show", f"HEAD:products/{product}.md").decode().split("---\n")[1]
        real |= {key for one in YAML(typ="safe", pure=True).load(head)["releases"] for key in one}
    for seen in (knot_view(), lamp_view()):
        document = YAML(typ="safe", pure=True).load(yaml.endoflife(seen).split("---\n")[1])
        plain = json.loads(json.dumps(document, default=str))  # a schema knows no days
        jsonschema.Draft202012Validator(schema).validate(plain)
        assert {key for one in plain["releases"] for key in one} <= real
        assert list(jsonschema.Draft202012Validator(schema).iter_errors({**plain, "releases": [{"eol": 3}]})), "the schema looks"


@pytest.mark.history
def test_our_keys_are_those_of_nodes_schedule_at_its_commit(clones: Path) -> None:
    clone = clone_of(clones, "https://registry.example/nodejs/Release")
    if clone is None:
        pytest.skip("needs a clone of nodejs/Release among the clones")
    real = json.loads(git.run(clone, "show", "HEAD:schedule.json"))
    ours = json.loads(records.node(knot_view()))
    assert {key for line in ours.values() for key in line} <= {key for line in real.values() for key in line}
    assert list(ours) == sorted(ours, key=lambda one: [int(part) for part in one[1:].split(".")]), "oldest first, as there"
    assert list(real) == sorted(real, key=lambda one: [int(part) for part in one[1:].split(".")])


@pytest.mark.history
def test_nodes_schedule_is_what_its_policy_makes_of_its_releases(clones: Path) -> None:
    """From the days of the releases alone: every key of every line since 19 is there, with the day that Node has published; before, days were chosen by hand."""
    clone = clone_of(clones, "https://registry.example/nodejs/Release")
    path = find(Path(), "node")
    if clone is None or path is None:
        pytest.skip("needs a clone of nodejs/Release among the clones, and Node's policy")
    real = json.loads(git.run(clone, "show", "HEAD:schedule.json"))
    made = [Released(Version.of(f"{line[1:]}.0"), date.fromisoformat(days["start"])) for line, days in real.items()]
    seen = view(schedule(read(path.name, path.read_bytes()), made, date(2026, 7, 2), count=1), made)
    ours = json.loads(records.node(seen))
    same = [line for line, days in real.items() if {key: day for key, day in days.items() if key not in {"codename", "alpha"}} == ours.get(line)]
    assert same == ["v5", "v7", "v9", "v13", "v14", "v15", "v17", *(f"v{line}" for line in range(19, 27))]


@pytest.mark.history
def test_endoflife_date_has_the_days_that_kubernetes_policy_makes(clones: Path) -> None:
    """Every key and day of 1.36 to 1.32, but for the two ends of 1.34, which are the 27th there and the 28th in the project's own rule."""
    clone = clone_of(clones, "https://registry.example/endoflife-date/endoflife.date")
    path = find(Path(), "kubernetes")
    if clone is None or path is None:
        pytest.skip("needs a clone of endoflife-date/endoflife.date among the clones, and the policy of Kubernetes")
    head = git.run(clone, "show", "HEAD:products/kubernetes.md").decode().split("---\n")[1]
    real = {one["releaseCycle"]: one for one in YAML(typ="safe", pure=True).load(head)["releases"]}
    made = [Released(Version.of(version), day) for one in real.values() for version, day in {f"{one['releaseCycle']}.0": one["releaseDate"], one["latest"]: one["latestReleaseDate"]}.items()]
    seen = view(schedule(read(path.name, path.read_bytes()), made, date(2026, 8, 22), count=1), made)
    ours = {one["releaseCycle"]: one for one in YAML(typ="safe", pure=True).load(yaml.endoflife(seen).split("---\n")[1])["releases"]}
    assert {line: {key for key in {*ours[line], *real[line]} if ours[line].get(key) != real[line].get(key)} for line in ("1.36", "1.35", "1.34", "1.33", "1.32")} == {
        "1.36": set(),
        "1.35": set(),
        "1.34": {"eoas", "eol"},
        "1.33": set(),
        "1.32": set(),
    }
