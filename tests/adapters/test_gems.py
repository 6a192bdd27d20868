"""What RubyGems and Bundler read in the fixtures of the gem adapters, before and after."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sync.formats import gemlock
from sync.source import Source

FIXTURES = Path(__file__).parents[2] / "fixtures"

SPEC = """
spec = Gem::Specification.load(ARGV[0]) or abort
puts "#{spec.name} #{spec.version}", spec.dependencies.map(&:to_s)
"""
LOCK = """
require "bundler"
lock = Bundler::LockfileParser.new(File.binread(ARGV[0]).delete_prefix("\\xEF\\xBB\\xBF".b))
lock.specs.each { |s| puts [s.source.class.name.split("::").last, s.name, s.version, s.platform].join(" ") }
"""


def ruby(program: str, path: Path, folder: Path) -> list[str]:
    """What a program prints of a file. Bundler wants a Gemfile in the folder that it is run in."""
    tool = shutil.which("ruby")
    if tool is None:
        pytest.skip("ruby is not installed")
    (folder / "Gemfile").write_text("")
    environment = {**os.environ, "BUNDLE_GEMFILE": str(folder / "Gemfile"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run([tool, "-e", program, str(path)], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.oracle
def test_rubygems_reads_the_new_versions(tmp_path: Path) -> None:
    after = FIXTURES / "gemspec" / "literal" / "out"
    assert ruby(SPEC, after / "kite.gemspec", tmp_path) == [
        "kite 4.5.6",
        "kite-core (= 4.5.6)",
        "kite-http (~> 4.5, >= 4.5.6, != 1.2.9)",
        "kite-json (= 4.5.6, < 4)",
        "kite-test (~> 4.5.6, development)",
        "other (= 1.2.3)",
        "kite-none (>= 0)",
        "kite-core-\u00e9 (= 1.2.3)",
    ]
    assert ruby(SPEC, after / "core" / "kite-core.gemspec", tmp_path)[0] == "kite-core 4.5.6"
    assert ruby(SPEC, after / "old" / "kite-old.gemspec", tmp_path)[0] == "kite-old 4.5.6"


@pytest.mark.oracle
@pytest.mark.parametrize("lock", sorted((FIXTURES / "gemfile_lock").glob("*/*/Gemfile.lock")), ids=lambda path: "-".join(path.parts[-3:-1]))
def test_bundler_reads_the_same_entries(lock: Path, tmp_path: Path) -> None:
    document = gemlock.read(Source.of("Gemfile.lock", lock.read_bytes()))
    found = []
    for leaf in document:
        if leaf.path[2:3] == ("specs",) and leaf.path[-1] == "version":
            name, platform = document.get((*leaf.path[:-1], "name")), document.get((*leaf.path[:-1], "platform"))
            assert name is not None
            found.append(f"{str(leaf.path[0]).replace('GEM', 'Rubygems').title()} {name.value} {leaf.value} {platform.value if platform else 'ruby'}")
    assert sorted(ruby(LOCK, lock, tmp_path)) == sorted(found)
