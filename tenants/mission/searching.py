"""Search in a mission, over what the asker reads there and nothing else: case and accents do not count.

Bounded twice: by the zones that the actor reads in that mission, and by the walls. Names no room: each hit says its kind,
its subject and its zone, and the doors know where that is shown.
"""

import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from tenants.actors import Actor
from tenants.db import db
from tenants.mission.queries import Frame

SHORTEST, LONGEST, WORDS, MOST = 2, 80, 6, 50

# What was taken back and waits to be erased is not found; `like all`: every word, each anywhere.
HITS = text(r"""
select q.kind, q.subject_id, q.zone_id, q.words from (
  select d.kind, case d.kind when 'summary' then (select s.session_id from summary s where (s.company_id, s.id) = (d.company_id, d.subject_id))
                             when 'review' then (select r.session_id from review r where (r.company_id, r.id) = (d.company_id, d.subject_id))
                             else d.subject_id end as subject_id, t.zone_id, t.text as words from document_text t
    join document d on (d.company_id, d.id) = (t.company_id, t.document_id)
   where t.company_id = :c and t.zone_id = any (:zones) and d.ended_why is null
     and searchable(t.text) like all (:like)
     and not exists (select from objective w where w.company_id = :c and w.id = d.subject_id and w.withdrawn_at is not null)
     and not exists (select from axis w where w.company_id = :c and w.id = d.subject_id and w.withdrawn_at is not null)
     and not exists (select from strategy w where w.company_id = :c and w.id = d.subject_id and w.withdrawn_at is not null)
     and not exists (select from action w where w.company_id = :c and w.id = d.subject_id and w.withdrawn_at is not null)
  union all
  select 'comment', m.objective_id, m.zone_id, m.text from comment m join objective o on (o.company_id, o.id) = (m.company_id, m.objective_id)
   where m.company_id = :c and m.zone_id = any (:zones) and o.withdrawn_at is null and searchable(m.text) like all (:like)
  union all
  select 'axis_comment', m.axis_id, m.zone_id, m.text from axis_comment m join axis o on (o.company_id, o.id) = (m.company_id, m.axis_id)
   where m.company_id = :c and m.zone_id = any (:zones) and o.withdrawn_at is null and searchable(m.text) like all (:like)
  union all
  select 'agenda', i.session_id, i.zone_id, i.text from agenda_item i
   where i.company_id = :c and i.zone_id = any (:zones) and searchable(i.text) like all (:like)
  union all
  select 'progress', p.objective_id, p.zone_id, p.words from progress p join objective o on (o.company_id, o.id) = (p.company_id, p.objective_id)
   where p.company_id = :c and p.zone_id = any (:zones) and o.withdrawn_at is null and searchable(p.words) like all (:like)
  union all
  select case b.subject_kind when 'session' then 'brought_session' else 'brought' end, b.subject_id, b.zone_id, b.text
    from contribution b
   where b.company_id = :c and b.zone_id = any (:zones) and searchable(b.text) like all (:like)
     and not exists (select from action w join axis x on (x.company_id, x.id) = (w.company_id, w.axis_id)
                      where w.company_id = :c and w.id = b.subject_id and (w.withdrawn_at is not null or x.withdrawn_at is not null))
  union all
  select 'divergence', d.id, d.zone_id, d.words || case when d.answer = '' then '' else E'\n' || d.answer end from divergence d
   where d.company_id = :c and d.zone_id = any (:zones) and searchable(d.words || ' ' || d.answer) like all (:like)
  union all
  select 'expected', e.author_id, e.zone_id, said.words from expectation e, lateral jsonb_each_text(e.texts) said (heading, words)
   where e.company_id = :c and e.zone_id = any (:zones) and e.revealed_at is not null and searchable(said.words) like all (:like)
  union all
  select 'question', q.id, q.zone_id, q.words || case when q.answer = '' then '' else E'\n' || q.answer end from context_question q
   where q.company_id = :c and q.zone_id = any (:zones) and q.withdrawn_at is null
     and searchable(q.words || ' ' || q.answer) like all (:like)
  union all
  select 'position', l.objective_id, l.zone_id, l.words from position_line l
   where l.company_id = :c and l.zone_id = any (:zones) and l.revealed_at is not null and searchable(l.words) like all (:like)
  union all
  select 'copy', y.about_id, y.zone_id, said.words from context_copy y, lateral jsonb_each_text(y.texts) said (heading, words)
   where y.company_id = :c and y.zone_id = any (:zones) and searchable(said.words) like all (:like)
) q order by q.kind, q.subject_id, q.words limit :most""")


@dataclass(frozen=True)
class Hit:
    """A passage that says it: of what, where, read by that zone's readers."""

    kind: str
    subject_id: uuid.UUID
    zone_id: uuid.UUID
    words: str


def words_of(query: str) -> list[str]:
    """The words that are looked for, as they are compared; none when there are not two letters to look for."""
    found = folded(query[:LONGEST])[0].split()[:WORDS]
    return found if sum(map(len, found)) >= SHORTEST else []


def search(frame: Frame, query: str, *, by: Actor) -> list[Hit]:
    """At most ``MOST`` passages of that mission that say every word, among those that the actor reads."""
    words = words_of(query)
    zones = sorted(by.zones & frame.zones.keys())
    if not words:
        return []
    like = [
        f"%{w.replace(chr(92), chr(92) * 2).replace('%', chr(92) + '%').replace('_', chr(92) + '_')}%"
        for w in words
    ]
    asked = {"c": frame.company_id, "zones": zones, "like": like, "most": MOST}
    return [Hit(*row) for row in db.session.execute(HITS, asked)]


def folded(words: str) -> tuple[str, list[int]]:
    """As ``searchable()`` has it, and for each of its characters the place of the one it came from."""
    found, places = [], []
    for place, char in enumerate(words):
        for letter in _plain(char):
            found.append(letter)
            places.append(place)
    return "".join(found), places


def marked(words: str, looked_for: list[str]) -> list[tuple[str, bool]]:
    """The passage in pieces, each with whether it is one of the words."""
    plain, places = folded(words)
    hit = [False] * len(words)
    for word in looked_for:
        for start in _all(plain, word):
            for place in places[start : start + len(word)]:
                hit[place] = True
    pieces: list[tuple[str, bool]] = []
    for char, on in zip(words, hit, strict=True):
        if pieces and pieces[-1][1] == on:
            pieces[-1] = (pieces[-1][0] + char, on)
        else:
            pieces.append((char, on))
    return pieces


def _plain(char: str) -> str:
    if char in "\u2019\u00a0\u202f":
        return "'" if char == "\u2019" else " "
    lower = char.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))


def _all(plain: str, word: str) -> Iterator[int]:
    at = plain.find(word)
    while at >= 0:
        yield at
        at = plain.find(word, at + 1)
