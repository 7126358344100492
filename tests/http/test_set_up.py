"""Setting up over HTTP: a company, a mission, its people; what each sees, and from when."""

import re

import pytest


def test_staff_open_a_company_on_one_page(browse, world):
    olga = browse("olga")
    firm = world.firms["a"] if "a" in world.firms else next(iter(world.firms.values()))
    assert olga.get(f"/firms/{firm}").status_code == 200
