"""Permitted, but not now: what an operation raises. The doors put it into words (409)."""

from typing import Any


class Refused(Exception):
    """An act that the actor may do, refused for the moment. ``name`` says why, ``values`` what the words need."""

    status = 409

    def __init__(self, name: str, **values: Any) -> None:
        super().__init__(name)
        self.name = name
        self.values = values


class Stale(Refused):
    """The row has moved on since it was read: both values travel, nothing typed is lost."""


class Limited(Refused):
    """Too many tries; ``values['until']`` is the UTC time from which one may try again."""

    status = 429


class Incorrect(Refused):
    """A value that the form could not judge alone (a reader, a code). ``values['field']`` names it."""

    status = 422
