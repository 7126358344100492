"""What is installed is what was locked: by hash, from whatever registry the machine is set up to use."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "webapp" / "setup" / "locks"
PYTHON = sorted(LOCKS.glob("*.txt"))
NPM = [ROOT / "static" / "package-lock.json", LOCKS / "chromium" / "package-lock.json"]
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)


def pins(lock):
    return dict(PIN.findall(lock.read_text()))


@pytest.mark.parametrize("lock", PYTHON, ids=lambda p: p.name)
def test_a_python_lock_holds_hashes_and_no_address(lock):
    text = lock.read_text()
    assert "://" not in text
    for requirement in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert PIN.match(requirement), requirement
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


@pytest.mark.parametrize("lock", NPM, ids=lambda p: p.parent.name)
def test_an_npm_lock_holds_hashes_and_no_registry(lock):
    text = lock.read_text()
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    for name, package in packages.items():
        assert not name or package["integrity"].startswith("sha512-"), name


def test_development_installs_the_versions_that_run():
    run, dev = pins(LOCKS / "run.txt"), pins(LOCKS / "dev.txt")
    assert {name: dev.get(name) for name in run} == run


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = {
        "run.txt": project["project"]["dependencies"],
        "dev.txt": project["dependency-groups"]["dev"],
    }
    for lock, requirements in named.items():
        names = {re.match(r"[A-Za-z0-9.-]+", r)[0].lower() for r in requirements}
        assert names <= set(pins(LOCKS / lock))


def test_the_browser_packages_are_named_exactly():
    package = json.loads((ROOT / "static" / "package.json").read_text())
    asked = package["dependencies"] | package["devDependencies"]
    locked = json.loads(NPM[0].read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_both_installers_are_told_to_write_no_address():
    for npmrc in (ROOT / "static" / ".npmrc", LOCKS / "chromium" / ".npmrc"):
        settings = npmrc.read_text().split()
        assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true"} <= set(settings)
