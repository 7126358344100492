"""The page in plain values: the reader's threads, and the form where none of theirs is open."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from tenants.actors import Actor
from tenants.mission.difficulty import queries
from tenants.mission.difficulty.models import Difficulty, DifficultyWord
from tenants.mission.difficulty.queries import People
from tenants.mission.queries import Frame
from tenants.policy import Do, may
from webapp import access, formats
from webapp import words as glossary
from webapp.mission import layout
from webapp.mission.difficulty.forms import TellForm, WordForm


@dataclass(frozen=True)
class Said:
    """One message."""

    id: uuid.UUID
    party: str
    initials: str
    name: str
    iso: str
    when: str
    text: str


@dataclass(frozen=True)
class Thread:
    """One thread. ``waits``: the other's last word asks to be read."""

    id: uuid.UUID
    title: str
    readers: str
    words: list[Said]
    open: bool
    closed: str
    waits: bool
    writes: bool
    closes: bool
    gone: bool


def context(frame: Frame, typed: Any = None, on: uuid.UUID | None = None, **more: Any) -> dict[str, Any]:
    """What the page needs. ``typed``: a form that did not hold, to begin a thread or to write in thread ``on``."""
    actor = access.actor()
    rows = queries.threads(frame, actor)
    said, people = queries.words([d.id for d in rows]), queries.people(frame.id)
    threads = [_thread(d, said[d.id], people[d.id], frame, actor) for d in rows]
    seated = may(actor, Do.DIFFICULTY_TELL, frame)
    named = queries.named(frame.id) if seated else []
    begins = bool(named) and not any(d.author_id == actor.contact_id and d.closed_at is None for d in rows)
    tell = typed if isinstance(typed, TellForm) else TellForm(formdata=None)
    forms = {
        t.id: typed if t.id == on and isinstance(typed, WordForm) else WordForm(formdata=None)
        for t in threads
    }
    for form in forms.values():
        form.made()
    return {
        **layout.context(frame, "difficulty"),
        "threads": threads,
        "seated": seated,
        "begins": begins,
        "nobody": seated and not named,
        "tell_form": tell.offer(named) if begins else None,
        "word_forms": forms,
        "refused": None,
        **more,
    }


def _thread(
    row: Difficulty, said: list[DifficultyWord], people: People, frame: Frame, actor: Actor
) -> Thread:
    mine = row.author_id == actor.contact_id
    other = people.named if mine else people.author
    open_ = row.closed_at is None
    return Thread(
        id=row.id,
        title=_("Avec %(name)s", name=other),
        readers=_("Lu de %(author)s et de %(named)s, de personne d’autre.", author=people.author, named=people.named),
        words=[_said(w, row, people, frame) for w in said],
        open=open_,
        closed=_("Fermé %(day)s.", day=formats.on_day(row.closed_at)) if row.closed_at else "",
        waits=open_ and row.read_at is None and bool(said) and said[-1].author_id != actor.contact_id,
        writes=open_ and people.there and may(actor, Do.DIFFICULTY_WRITE, row),
        closes=open_ and may(actor, Do.DIFFICULTY_CLOSE, row),
        gone=open_ and not people.there,
    )  # fmt: skip


def _said(word: DifficultyWord, row: Difficulty, people: People, frame: Frame) -> Said:
    asks = word.author_id == row.author_id
    name = people.author if asks else people.named
    roles = [s.role for s in frame.sitting() if s.contact_id == row.author_id] if asks else []
    given, _sep, family = name.partition(" ")
    return Said(
        id=word.id,
        party=glossary.party_of(roles[0]) if roles else "firm",
        initials=(given[:1] + family[:1]).upper(),
        name=name,
        iso=word.at.isoformat(),
        when=formats.moment(word.at),
        text=word.text,
    )
