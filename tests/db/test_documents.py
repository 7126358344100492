"""Documents on real rows: fold, settle, freeze, reseed, compact; the walls of the log; what one statement appends."""

import uuid
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from tenants import walls
from tenants.db import db
from tenants.documents import kinds, log
from tenants.documents import operations as documents
from tenants.events import told
from tenants.refusals import Refused
from tests.conftest import SECRET
from tests.world import T
from webapp.config import role_password, with_login
from webapp.live.keeper import compact

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def live_url(database: str) -> str:
    return with_login(database, "trialogue_live", role_password(SECRET, "trialogue_live"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What the room is told after a fold, and when a passage is settled."""
    said: dict[str, list[Any]] = {"fold": [], "settle": []}
    monkeypatch.setitem(kinds.on_fold, "objective", said["fold"].append)
    monkeypatch.setitem(kinds.on_settle, "objective", said["settle"].append)
    return said


class Here:
    """Somebody's transactions in a company, and a zone of theirs to put documents in."""

    def __init__(
        self, world: Any, superuser: sa.Connection, audience: str = "parties", mission: str = "solo"
    ) -> None:
        self.world, self.superuser, self.where = world, superuser, world.missions[mission]
        self.zone = uuid.uuid4()
        author = next(p for p in world.people.values() if self.where.company in p.contacts)
        author = world.people["ines"] if mission == "solo" else author
        superuser.execute(T["zone"].insert().values(
            company_id=self.where.company_id, id=self.zone, mission_id=self.where.id, strand_id=self.where.strands[0],
            kind="objectives", audience=audience, author_id=author.contacts[self.where.company],
            rule_id=self.where.rule_id,
        ))  # fmt: skip

    def contact(self, who: str) -> uuid.UUID:
        found: uuid.UUID = self.world.people[who].contacts[self.where.company]
        return found

    def do(self, who: str, act: Any) -> Any:
        with self.world.acting(who, self.where.company) as session:
            result = act()
            session.commit()
        return result

    def made(self, words: str = "Tenir la réunion") -> uuid.UUID:
        def act() -> uuid.UUID:
            return documents.create(
                "objective", uuid.uuid4(), self.zone, self.contact("ines"), {"wording": words}
            ).id

        found: uuid.UUID = self.do("ines", act)
        return found

    def written(self, who: str, document: uuid.UUID, **changes: str) -> None:
        """An edit as a browser would make it: one row of the log, not folded."""

        def act() -> None:
            update = log.edit([r.data for r in documents.rows(document)], changes)
            assert update is not None
            documents.append(document, update, self.contact(who))

        self.do(who, act)

    def count(self, table: str, document: uuid.UUID) -> int:
        t = T[table]
        key = t.c.id if table == "document" else t.c.document_id
        return self.superuser.scalar(sa.select(sa.func.count()).select_from(t).where(key == document)) or 0


@pytest.fixture
def here(world: Any, superuser: sa.Connection) -> Here:
    return Here(world, superuser)


def test_a_document_is_born_with_its_text(here: Here) -> None:
    made = here.made()
    texts = here.do("marc", lambda: documents.current([made]))
    assert texts == {made: {"wording": "Tenir la réunion", "indicator": "", "notes": ""}}


def test_a_reader_who_finds_the_text_behind_folds_in_memory(here: Here) -> None:
    made = here.made()
    here.written("marc", made, wording="Tenir la réunion seule")
    with here.world.acting("ines", "ombrelune", read_only=True):
        assert documents.current([made])[made]["wording"] == "Tenir la réunion seule"
    kept = here.superuser.scalar(
        sa.select(T["document_text"].c.text).filter_by(document_id=made, root="wording")
    )
    assert kept == "Tenir la réunion"


def test_a_fold_tells_the_room_what_changed_and_who_wrote_it(here: Here, heard: Any) -> None:
    made = here.made()
    here.written("marc", made, wording="Tenir seule")
    here.written("helene", made, notes="Vu en séance\x00")
    here.do("ines", lambda: documents.fold(made))
    (said,) = heard["fold"]
    assert {p.root: (p.before, p.after, p.by) for p in said.passages} == {
        "wording": ("Tenir la réunion", "Tenir seule", (here.contact("marc"),)),
        "notes": ("", "Vu en séance", (here.contact("helene"),)),
    }
    here.do("ines", lambda: documents.fold(made))
    assert len(heard["fold"]) == 1


def test_a_passage_is_settled_once_from_what_was_settled_before(here: Here, heard: Any) -> None:
    made = here.made("a")
    for who, words in (("ines", "ab"), ("marc", "abc"), ("ines", "abcd")):
        here.written(who, made, wording=words)
        here.do(who, lambda: documents.fold(made))
    assert here.do("marc", lambda: documents.settle(made)) is True
    (said,) = heard["settle"]
    (passage,) = said.passages
    assert (passage.before, passage.after) == ("a", "abcd")
    assert set(passage.by) == {here.contact("ines"), here.contact("marc")}
    assert here.do("marc", lambda: documents.settle(made)) is False
    here.written("ines", made, wording="abcd!")
    here.written("ines", made, wording="abcd")
    assert here.do("ines", lambda: documents.settle(made)) is False, "put back: nothing to tell"


def test_nothing_is_appended_after_a_freeze(here: Here, live_url: str) -> None:
    made = here.made()
    here.do("ines", lambda: documents.freeze(made))
    with pytest.raises(Refused, match="frozen"):
        here.written("ines", made, wording="x")
    assert appended(live_url, here, [made]) == []


def test_a_freeze_under_way_holds_the_writer_of_that_document_alone(here: Here, live_url: str) -> None:
    held, free = here.made(), here.made()
    with here.world.acting("ines", "ombrelune") as session:
        documents.freeze(held)
        assert appended(live_url, here, [held, free]) == [free]
        session.commit()
    assert appended(live_url, here, [held, free]) == [free]


def appended(url: str, here: Here, docs: list[uuid.UUID]) -> list[uuid.UUID]:
    """What the group commit takes of one update for each."""
    n, data = len(docs), log.seed({"wording": "x"})
    with psycopg.connect(url, autocommit=True) as c:
        rows = c.execute(
            "select document, row_id from append_updates(%s, %s, %s::bytea[], %s)",
            ([here.where.company_id] * n, docs, [data] * n, [here.contact("ines")] * n),
        ).fetchall()
    return [doc for doc, _ in rows]


def test_the_writer_commits_for_several_companies_and_never_into_the_wrong_one(
    here: Here, world: Any, superuser: sa.Connection, live_url: str
) -> None:
    mine = here.made()
    theirs = uuid.uuid4()
    other = world.missions["rival"]
    zone = superuser.scalar(sa.select(T["zone"].c.id).filter_by(company_id=other.company_id))
    superuser.execute(T["document"].insert().values(
        company_id=other.company_id, id=theirs, zone_id=zone, kind="objective", subject_id=uuid.uuid4()
    ))  # fmt: skip
    a, b, data, who = (
        here.where.company_id,
        other.company_id,
        log.seed({"wording": "x"}),
        here.contact("ines"),
    )
    with psycopg.connect(live_url, autocommit=True) as c:
        ask = "select document from append_updates(%s, %s, %s::bytea[], %s)"
        both = c.execute(ask, ([a, b], [mine, theirs], [data] * 2, [who] * 2)).fetchall()
        assert {row[0] for row in both} == {mine, theirs}
        assert c.execute(ask, ([a, b], [theirs, mine], [data] * 2, [who] * 2)).fetchall() == []
        for table in ("objective", "contact", "mission", "event", "person"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                c.execute(f"select 1 from {table}")
        assert c.execute("select count(*) from document").fetchone() == (0,), (
            "nobody acts outside the function"
        )


def test_ids_of_a_log_grow_in_the_order_of_commits(here: Here, live_url: str) -> None:
    made = here.made()
    with here.world.acting("ines", "ombrelune") as session:
        documents.append(made, log.seed({"wording": "y"}), here.contact("ines"))
        assert appended(live_url, here, [made]) == [], (
            "somebody writes: the batch goes on without this document"
        )
        session.commit()
    assert appended(live_url, here, [made]) == [made]


def test_a_reseed_leaves_nothing_of_the_old_log(here: Here) -> None:
    made = here.made("secret de brouillon")
    here.written("ines", made, wording="partagé")
    new = here.do("ines", lambda: documents.reseed(made, here.contact("ines")).id)
    assert [here.count(t, made) for t in ("document_update", "document_snapshot", "document_text")] == [
        0,
        0,
        0,
    ]
    assert here.do("marc", lambda: documents.current([new]))[new]["wording"] == "partagé"
    raw = here.superuser.scalars(sa.select(T["document_snapshot"].c.data)).all()
    assert not any(b"secret" in data for data in raw)
    with pytest.raises(Refused, match="replaced") as refused:
        here.written("ines", made, wording="x")
    assert refused.value.values["next_id"] == new
    assert here.do("ines", lambda: documents.fold(made)) == {}


def test_a_discarded_document_is_gone(here: Here) -> None:
    made = here.made()
    here.written("ines", made, wording="x")
    here.do("ines", lambda: documents.discard(made))
    tables = ("document", "document_update", "document_snapshot", "document_text")
    assert [here.count(t, made) for t in tables] == [0, 0, 0, 0]


def test_what_an_act_tells_names_the_document_and_its_successor(here: Here) -> None:
    made = here.made()
    with here.world.acting("ines", "ombrelune") as session:
        told()
        documents.freeze(made)
        new = documents.reseed(made, here.contact("ines"))
        assert f"closed {made} frozen" in session.info["told"]
        assert f"closed {made} replaced {new.id}" in session.info["told"]


def test_only_the_readers_of_its_zone_see_a_document(
    here: Here, world: Any, superuser: sa.Connection
) -> None:
    shared, draft = here.made(), Here(world, superuser, "author").made("brouillon")
    seen = {
        who: {d for d in (shared, draft) if here.do(who, lambda d=d: documents.get(d))}
        for who in ("ines", "marc", "helene", "solange", "bruno")
    }
    assert seen == {
        "ines": {shared, draft},
        "marc": {shared},
        "helene": {shared},
        "solange": set(),
        "bruno": set(),
    }


def test_the_application_cannot_alter_a_log(here: Here) -> None:
    made = here.made()
    here.written("ines", made, wording="x")
    with here.world.acting("ines", "ombrelune"), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(sa.text("update document_update set data = ''"))


def test_compaction_keeps_the_text_and_who_wrote_what_is_not_folded(
    here: Here, live_url: str, heard: Any
) -> None:
    made, company = here.made("a"), here.where.company_id
    for i in range(30):
        here.written("marc", made, wording="a" + "b" * (i + 1))
    compact(live_url, company, made)
    assert here.count("document_update", made) == 30, "nothing is folded: nothing is cut"
    here.do("marc", lambda: documents.fold(made))
    here.written("helene", made, wording="fin")
    compact(live_url, company, made)
    assert here.count("document_update", made) == 1
    here.do("ines", lambda: documents.settle(made))
    (passage,) = heard["settle"][0].passages
    assert (passage.before, passage.after) == ("a", "fin")
    assert passage.by == (here.contact("marc"), here.contact("helene"))


def test_a_log_that_waits_for_a_row_is_left_alone_and_compacted_when_it_comes(
    here: Here, live_url: str
) -> None:
    made, company = here.made("a"), here.where.company_id
    seen = here.do("ines", lambda: [r.data for r in documents.rows(made)])
    first = log.edit(seen, {"wording": "abc"})
    second = log.edit([*seen, first], {"wording": "abcdef"})
    assert first and second
    here.do("ines", lambda: documents.append(made, second, here.contact("ines")))
    here.do("ines", lambda: documents.fold(made))
    compact(live_url, company, made)
    assert here.count("document_update", made) == 1
    here.do("ines", lambda: documents.append(made, first, here.contact("ines")))
    assert here.do("ines", lambda: documents.fold(made))["wording"] == "abcdef"
    compact(live_url, company, made)
    assert here.count("document_update", made) == 0
    assert here.do("ines", lambda: documents.current([made]))[made]["wording"] == "abcdef"


def test_a_restore_is_an_edit_that_others_see(here: Here) -> None:
    made = here.made("Tenir la réunion du lundi")
    with here.world.acting("ines", "ombrelune") as session:
        told()
        assert documents.rewrite(made, {"wording": "Tenir la réunion du mardi é"}, here.contact("ines"))
        assert any(line.startswith(f"u {made} ") for line in session.info["told"])
        assert not documents.rewrite(made, {"wording": "Tenir la réunion du mardi é"}, here.contact("ines"))
        session.commit()
    assert (
        here.do("marc", lambda: documents.current([made]))[made]["wording"] == "Tenir la réunion du mardi é"
    )


def test_who_hides_is_known_to_themselves_alone(here: Here) -> None:
    here.do("ines", lambda: documents.hide(here.contact("marc")))
    here.do("ines", lambda: documents.hide(here.contact("marc")))
    assert here.do("ines", documents.hidden_from) == {here.contact("marc")}
    with here.world.acting("marc", "ombrelune") as session:
        assert session.scalar(sa.text("select count(*) from presence_hidden")) == 0
        assert walls.acting(session).contact == here.contact("marc")
    here.do("ines", lambda: documents.show(here.contact("marc")))
    assert here.do("ines", documents.hidden_from) == frozenset()
