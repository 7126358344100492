"""The scripts that need no page: splices, French typography, frames, patience, large differences cut in parts."""

import os
from pathlib import Path

import pytest

from webapp.config import ROOT
from webapp.setup import node


def test_the_pure_parts_of_the_scripts() -> None:
    if not (ROOT / "static" / "node_modules" / "yjs").exists():
        pytest.skip("static/node_modules absent : python3 -m webapp le fait")
    home = Path(os.environ.get("TRIALOGUE_HOME") or ROOT / "instance")
    node.ensure(home).run("--test", ROOT / "tests" / "live" / "js" / "test_pure.mjs", cwd=ROOT)
