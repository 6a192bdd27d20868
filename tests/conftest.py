"""What the tests share: the demo family, and the options of ``nox -s laws`` and ``nox -s history``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import family
from tests.clones import clone_of

ROOT = Path(__file__).parent.parent

settings.register_profile("quick", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", parent=settings.get_profile("quick"), derandomize=False, max_examples=1000)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clone", default="", help="a clone whose history is replayed, or a folder of clones")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of this project's checkout."""
    return ROOT


@pytest.fixture(scope="session")
def clones(request: pytest.FixtureRequest) -> Path:
    """What ``--clone`` names: a clone, or a folder of them; without one the test is skipped."""
    given = str(request.config.getoption("--clone"))
    if not given:
        pytest.skip("needs a clone of the repository: nox -s history -- CLONE")
    return Path(given)


@pytest.fixture(scope="session")
def clone(clones: Path) -> Path:
    """The clone of Wasmtime that is meant by ``--clone``."""
    return clone_of(clones, "https://registry.example/bytecodealliance/wasmtime") or clones


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material beside the checkout, which is no part of it; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared, which is not part of the repository")
    return folder


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo family as it is made; for tests that only read it."""
    return family.make(tmp_path_factory.mktemp("pristine") / "demo")


@pytest.fixture
def demo(pristine: Path, tmp_path: Path) -> Path:
    """A demo family of the test's own: a workspace with six repositories at 7.0.0."""
    return Path(shutil.copytree(pristine, tmp_path / "demo", symlinks=True))


@pytest.fixture(scope="session", autouse=True)
def _alone() -> Iterator[None]:
    """No test sees the git configuration, the identity or the colours of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        for name in ("FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR"):
            patch.delenv(name, raising=False)
        yield
