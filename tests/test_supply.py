"""What the program is built on: lower bounds, and a lock that fits them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKED_EXTRAS = ("keyring", "postgresql", "report", "s3", "socks")
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
LOCKED = [Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if re.match(r"[a-z0-9]", line)]
DEPENDENCIES = [Requirement(text) for text in PROJECT["dependencies"]]
OPTIONAL = [Requirement(text) for extra in LOCKED_EXTRAS for text in PROJECT["optional-dependencies"][extra]]
EVERY = [Requirement(text) for extra in PROJECT["optional-dependencies"].values() for text in extra]


@pytest.mark.parametrize("requirement", [*DEPENDENCIES, *EVERY], ids=str)
def test_each_dependency_has_a_lower_bound(requirement: Requirement) -> None:
    if requirement.name != PROJECT["name"]:
        assert any(specifier.operator in (">=", "==", "~=") for specifier in requirement.specifier)


@pytest.mark.parametrize("requirement", [*DEPENDENCIES, *OPTIONAL], ids=str)
def test_the_lock_fits_the_project(requirement: Requirement) -> None:
    name = canonicalize_name(requirement.name)
    versions = [
        Version(next(iter(locked.specifier)).version) for locked in LOCKED if canonicalize_name(locked.name) == name
    ]
    assert versions, f"{name} is not in requirements.lock"
    assert all(requirement.specifier.contains(version, prereleases=True) for version in versions)


def test_each_locked_package_is_pinned_once_a_system_and_has_hashes() -> None:
    assert all([specifier.operator for specifier in locked.specifier] == ["=="] for locked in LOCKED)
    for block in re.split(r"\n(?=[a-z0-9])", LOCK.split("pyproject.toml.\n")[1].strip()):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
    here = [
        canonicalize_name(locked.name)
        for locked in LOCKED
        if locked.marker is None or locked.marker.evaluate(dict(default_environment()))
    ]
    assert len(here) == len(set(here))


def test_the_lock_names_no_index_of_whoever_made_it() -> None:
    assert "://" not in LOCK
    assert "file:" not in LOCK
