"""Each route × each person × own, other mission, other company, other firm, absent: it answers as the table says.

The oracle is ``policy.TABLE`` and who sits where in the small world, told here in plain words; neither walls nor doors
are asked. Every other company's data is checksummed before and after.
"""

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tenants import models
from tenants.policy import TABLE, Do, Role
from tests.db.test_objectives import As, shared

M = Role
# Who is what in each place, from tests/world.py. ``reads``: who reads the shared objective that stands in it.
SEATS: dict[str, dict[str, set[Role]]] = {
    "solo": {
        "ines": {M.MENTEE}, "helene": {M.MENTOR}, "marc": {M.MANAGER}, "solange": {M.SPONSOR}, "yann": {M.HR},
        "odile": {M.COORDINATOR}, "olga": {M.OWNER},
    },
    "other": {"bruno": {M.MENTOR}, "yann": {M.MENTEE}, "odile": {M.COORDINATOR}, "olga": {M.OWNER}},
    "alone": {"helene": {M.MENTOR}, "paula": {M.MENTEE}, "odile": {M.COORDINATOR}, "olga": {M.OWNER}},
    "rival": {"rivalmentor": {M.MENTOR}, "rivalmentee": {M.MENTEE}, "rival": {M.OWNER}},
}  # fmt: skip
AUTHOR = {"solo": "ines", "other": "yann", "alone": "paula", "rival": "rivalmentee"}
ASKS = {"solo": "solange"}  # whose the request is, where it is not that author's
READS = {M.MENTEE, M.MENTOR, M.MANAGER}
PEOPLE = (
    "ines",
    "helene",
    "marc",
    "solange",
    "yann",
    "odile",
    "olga",
    "bruno",
    "former",
    "paula",
    "theo",
    "rival",
    "rivalmentee",
)
ZONED = ("objective_id", "change_id", "file_id")
ZONED += ("axis_id", "strategy_id", "action_id", "contribution_id", "line_change_id")  # the roadmap's
ZONED += ("session_id", "poll_id", "line_id")
ZONED += ("attendance_id", "brought_id")
REPORTED = {"report_id", "passage_id", "report_request_id"}  # a draft of the mentor's, who reads it alone
ZONED += tuple(sorted(REPORTED))
# A date is read by everybody of the strand in the company; a question about it by those who are to come.
DATED = {M.MENTEE, M.MENTOR, M.MANAGER, M.SPONSOR, M.HR}
FIRMS = {"sauvelande": {"olga": {M.OWNER}, "odile": {M.COORDINATOR}}, "rival": {"rival": {M.OWNER}}}
# Routes about whatever is the asker's own: judged below by `test_what_is_mine_alone`.
PERSONAL = ("people.", "signing_in.")


def company_rules(app: Any) -> list[Any]:
    return [r for r in app.url_map.iter_rules() if "company" in r.arguments]


def firm_rules(app: Any) -> list[Any]:
    return [r for r in app.url_map.iter_rules() if "firm_id" in r.arguments and "company" not in r.arguments]


@pytest.fixture
def furnished(app: Any, world: Any, superuser: sa.Connection) -> dict[str, dict[str, str]]:
    """A shared objective with one change in each place, and the ids that addresses need."""
    places: dict[str, dict[str, str]] = {}
    with app.app_context():
        for key, author in AUTHOR.items():
            place = world.missions[key]
            made = shared_in(world, key, author)
            get = lambda q, **v: superuser.execute(sa.text(q), v).scalar_one()  # noqa: E731 - four times below
            ids = {"c": place.company_id, "m": place.id}
            mentor = get(
                "select contact_id from participation where company_id=:c and mission_id=:m and role='mentor'",
                **ids,
            )
            places[key] = {
                "company": place.slug,
                "mission_id": str(place.id),
                "objective_id": str(made),
                "change_id": str(get("select id from change where objective_id=:o limit 1", o=made)),
                "contact_id": str(mentor),
                "participation_id": str(
                    get(
                        "select id from participation where company_id=:c and mission_id=:m and role='mentor'",
                        **ids,
                    )
                ),
                "invitation_id": str(invitation(superuser, place, mentor)),
                "awaited_id": str(uuid.uuid4()),
                "file_id": str(file_beside(superuser, place, made)),
                **roadmap_in(world, key, author),
                **session_in(world, key, author),
                **context_in(world, key, author),
                **report_in(world, key),
                "divergence_id": str(uuid.uuid4()),
                "version_id": str(uuid.uuid4()),
                "talk_id": str(uuid.uuid4()),
                "amendment_id": str(uuid.uuid4()),
                "pause_id": str(suspension(superuser, place)),
                "difficulty_id": str(uuid.uuid4()),
                "handover_id": str(uuid.uuid4()),
                "strand_id": str(world.missions[key].strands[0]),
            }
    return places


def shared_in(world: Any, mission: str, author: str) -> uuid.UUID:
    from tenants.mission.objectives import operations, queries

    with As(world, author, mission) as a:
        made = operations.propose(a.frame, a.strand, by=a.me, wording=f"Objectif de {mission}")
    with As(world, author, mission) as a:
        operations.share(queries.get(made), a.frame, by=a.me)
    return made


def roadmap_in(world: Any, mission: str, author: str) -> dict[str, str]:
    """A shared axis with a strategy, an action, what was brought to it, and a line of history."""
    from tenants.mission.roadmap import actions, axes, contributions, queries, strategies

    with As(world, author, mission) as a:
        axis = axes.propose(a.frame, a.strand, by=a.me, wording=f"Axe de {mission}")
    with As(world, author, mission) as a:
        strategy = strategies.add(queries.axis(axis), a.frame, by=a.me, wording="Une stratégie")
        action = actions.add(queries.strategy(strategy), by=a.me, wording="Une action")
        contributions.add(queries.action(action), brought := uuid.uuid4(), "Un exemple", by=a.me)
        change = queries.history(axis)[0].id
    ids = {
        "axis": axis,
        "strategy": strategy,
        "action": action,
        "contribution": brought,
        "line_change": change,
    }
    return {f"{name}_id": str(value) for name, value in ids.items()}


def session_in(world: Any, mission: str, author: str) -> dict[str, str]:
    """A session of the pair, whose date is being found."""
    from datetime import UTC, datetime, time, timedelta

    from tenants.mission.schedule import clock, planning, queries, slots
    from tenants.mission.schedule.types import Type

    soon = clock.when(datetime.now(UTC).date() + timedelta(days=9), time(10), clock.PARIS)
    with As(world, author, mission) as a:
        made = planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
    with As(world, author, mission) as a:
        poll = slots.propose(queries.get(made), a.frame, [soon], by=a.me)
    absent = {name: str(uuid.uuid4()) for name in ("attendance_id", "brought_id")}
    return {"session_id": str(made), "poll_id": str(poll), **absent}


def file_beside(superuser: sa.Connection, place: Any, objective: uuid.UUID) -> uuid.UUID:
    """A file that the readers of that objective read."""
    import io

    from webapp.files.store import store

    put, made = store().put(io.BytesIO(b"%PDF-1.7 a file")), uuid.uuid4()
    superuser.execute(
        sa.text(
            "insert into file (company_id, id, zone_id, mission_id, purpose, name, type, size, sha256, stored, by_id, at)"
            " select company_id, :i, zone_id, mission_id, 'context', 'x.pdf', 'application/pdf', :n, :h, :s, author_id, now()"
            " from objective where company_id = :c and id = :o"
        ),
        {"c": place.company_id, "i": made, "o": objective, "n": put.size, "h": put.sha256, "s": put.stored},
    )
    return made


MENTOR = {"solo": "helene", "other": "bruno", "alone": "helene", "rival": "rivalmentor"}


def context_in(world: Any, mission: str, author: str) -> dict[str, str]:
    """A question of the mentor's to the mentee, and the mentee's own first line of a starting position."""
    from tenants.mission.context import positions, questions

    made = uuid.uuid4()
    with As(world, MENTOR[mission], mission) as a:
        mentee = a.frame.mentee_of(a.strand).id
        questions.ask(a.frame, a.strand, made, mentee, "Où en êtes-vous ?", by=a.me)
    with As(world, author, mission) as a:
        positions.begin(a.frame, a.strand, by=a.me)
    with As(world, author, mission) as a:
        line = positions.of_author(a.strand, a.me.contact_id)[0].id
    return {"question_id": str(made), "line_id": str(line)}


def report_in(world: Any, mission: str) -> dict[str, str]:
    """A report that its mentor has begun, with one passage."""
    from tenants.mission.report import drafting, queries

    with As(world, MENTOR[mission], mission) as a:
        made = drafting.begin(a.frame, a.strand, [drafting.Draft("points", "Un passage")], by=a.me)
    with As(world, MENTOR[mission], mission):
        passage = queries.passages(made)[0].id
    return {"report_id": str(made), "passage_id": str(passage), "report_request_id": str(uuid.uuid4())}


def suspension(superuser: sa.Connection, place: Any) -> uuid.UUID:
    """To come, so that nothing is suspended meanwhile."""
    made = uuid.uuid4()
    superuser.execute(
        sa.text(
            "insert into pause (company_id, id, mission_id, from_on, by_id, at)"
            " select company_id, :i, id, current_date + 90, created_by, now() from mission where id = :m"
        ),
        {"i": made, "m": place.id},
    )
    return made


def invitation(superuser: sa.Connection, place: Any, contact: uuid.UUID) -> uuid.UUID:
    from datetime import UTC, datetime, timedelta

    made = uuid.uuid4()
    table = models.metadata.tables["invitation"]
    superuser.execute(
        table.insert().values(
            company_id=place.company_id, id=made, mission_id=place.id, contact_id=contact, invited_by=contact,
            created_at=datetime.now(UTC), expires_at=datetime.now(UTC) + timedelta(days=9),
        )
    )  # fmt: skip
    return made


PLACES = {"solo": "ombrelune", "other": "ombrelune", "alone": "brisemer", "rival": "autre"}
GROUP = {
    "bruno": {M.MENTOR},
    "theo": {M.MENTEE},
    "ines": {M.MANAGER},
    "marc": {M.MANAGER},
    "solange": {M.SPONSOR},
}


def in_company(who: str, place: str) -> set[Role]:
    """What somebody is in the company, whichever the mission."""
    here = [SEATS[p].get(who, set()) for p, company in PLACES.items() if company == PLACES[place]]
    return set().union(*here, GROUP.get(who, set()) if PLACES[place] == "ombrelune" else set())


def expected(do: Do, who: str, place: str, *, zoned: bool, whole: bool, reads: set[Role] = READS) -> set[int]:
    """403 or 404 where the table says no, anything else where it says yes."""
    roles = in_company(who, place) if whole else set(SEATS[place].get(who, set()))
    if whole:
        return set() if roles & TABLE[do] else {403, 404}
    reader = bool(roles & reads)
    if reader:
        roles.add(M.READER)
    if (ASKS.get(place, AUTHOR[place]) if do is Do.REQUEST_WRITE else AUTHOR[place]) == who:
        roles.add(M.AUTHOR)
    if not roles or (zoned and not reader):
        return {404}
    if roles & TABLE[do]:
        return set()
    return {403, 404}


@pytest.mark.parametrize("place", ["solo", "other", "alone", "rival"])
def test_every_route_of_a_company_answers_as_the_table_says(
    app: Any, world: Any, browse: Any, furnished: Any, superuser: sa.Connection, place: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in company_rules(app):
            do = app.view_functions[rule.endpoint].door[0]
            values = {k: v for k, v in furnished[place].items() if k in rule.arguments}
            assert rule.arguments <= values.keys(), f"{rule}: give a value to this test"
            with app.test_request_context():
                url = app.url_map.bind("localhost").build(rule.endpoint, values)
            method = next(iter(rule.methods & {"GET", "POST", "DELETE"}))
            for who in PEOPLE:
                said = browse(who).open(url, method=method).status_code
                wanted = expected(
                    do,
                    who,
                    place,
                    zoned=bool(rule.arguments & set(ZONED)),
                    whole="mission_id" not in rule.arguments,
                    reads=readers_of(rule),
                )
                about = f"{method} {rule} as {who} in {place}: {said}"
                assert said < 500, about
                if wanted and not has_left(rule.endpoint, who, place):
                    assert said in wanted, about
                elif not special(rule.endpoint, who):
                    assert said not in (401, 403), about
            assert browse(None).open(url, method=method).status_code == 401, f"{method} {rule} unsigned"
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def readers_of(rule: Any) -> set[Role]:
    """Who reads what such an address names: a date is read by more people than what is said there."""
    if rule.arguments & REPORTED:
        return {M.MENTOR}
    return DATED if rule.arguments >= {"session_id"} and "poll_id" not in rule.arguments else READS


def has_left(endpoint: str, who: str, place: str) -> bool:
    """Whose part this walk has ended by an earlier route has a page of their own; its own tests judge it."""
    return endpoint in ("handover.leave", "handover.keep", "handover.answer") and MENTOR[place] == who


def special(endpoint: str, who: str) -> bool:
    """Routes whose subject is narrower than a mission: an operation's or a loader's own tests judge them."""
    return endpoint == "mission.remind"


@pytest.mark.parametrize("place", ["other", "alone", "rival"])
def test_a_foreign_answer_is_the_absent_one_to_the_byte(
    app: Any, world: Any, browse: Any, furnished: Any, place: str
) -> None:
    ines = browse("ines")
    for rule in company_rules(app):
        if "GET" not in rule.methods or "mission_id" not in rule.arguments:
            continue
        values = {k: v for k, v in furnished[place].items() if k in rule.arguments}
        absent = values | {k: str(uuid.uuid4()) for k in values if k != "company"}
        bind = app.url_map.bind("localhost")
        foreign, nothing = (ines.get(bind.build(rule.endpoint, v)) for v in (values, absent))
        assert (foreign.status_code, nothing.status_code) == (404, 404)
        assert bare(foreign.text) == bare(nothing.text), str(rule)


def bare(page: str) -> str:
    """Without the token of the form and the ids of the address, which differ from one answer to the next."""
    page = re.sub(r"X-CSRF-Token[^}]*}|name=\"csrf_token\" value=\"[^\"]*\"", "", page)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|/[a-z]+-[0-9a-f]{6}/", "", page)


def test_nothing_of_another_company_moves(
    app: Any, world: Any, browse: Any, furnished: Any, superuser: sa.Connection
) -> None:
    """Everybody of the first company posts to every route with the ids of the other ones, mixed in every way."""
    app.config["WTF_CSRF_ENABLED"] = False
    before = {c: checksum(superuser, world.companies[c][0]) for c in ("brisemer", "autre")}
    try:
        for rule in company_rules(app):
            if not rule.methods & {"POST", "DELETE"}:
                continue
            method = next(iter(rule.methods & {"POST", "DELETE"}))
            for other in ("alone", "rival"):
                for mixed in ({"company"}, {"company", "mission_id"}, set()):
                    values = {k: furnished["solo" if k in mixed else other][k] for k in rule.arguments}
                    url = app.url_map.bind("localhost").build(rule.endpoint, values)
                    forged = {
                        "company_id": str(world.companies["autre"][0]), "strand": str(world.missions[other].strands[0]),
                        "text": "x", "wording": "0" * 64, "revision": "1", "observer": furnished[other]["contact_id"],
                        "zone_id": str(uuid.uuid4()), "audience": "everyone",
                    }  # fmt: skip
                    for who in ("ines", "marc", "solange"):
                        said = browse(who).open(url, method=method, data=forged).status_code
                        mine = (
                            rule.arguments <= mixed
                        )  # an act of one's own, whatever forged values it carries
                        assert said in (403, 404, 400) or (mine and said < 500), (
                            f"{method} {rule} as {who}: {said}"
                        )
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert before == {c: checksum(superuser, world.companies[c][0]) for c in before}


def checksum(superuser: sa.Connection, company: uuid.UUID) -> dict[str, str]:
    """Of every row of a company, table by table."""
    found = {}
    for table in models.metadata.tables.values():
        if "company_id" in table.c:
            found[table.name] = superuser.execute(
                sa.text(
                    f"select coalesce(md5(string_agg(r::text, '|' order by r::text)), '') from {table.name} r"
                    " where company_id = :c"
                ),
                {"c": company},
            ).scalar_one()
    return found


@pytest.mark.parametrize("firm", ["sauvelande", "rival"])
def test_every_route_of_a_firm_answers_as_the_table_says(
    app: Any, world: Any, browse: Any, superuser: sa.Connection, firm: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    firm_id = world.firms[firm]
    member = superuser.execute(
        sa.text("select id from staff where firm_id = :f limit 1"), {"f": firm_id}
    ).scalar_one()
    # a mentor who asks for nothing below: their sign-ins end
    mentor = world.people["joel" if firm == "sauvelande" else "rivalmentor"]
    seat = "update participation set role = 'mentor' where contact_id in (select id from contact where person_id = :p)"
    superuser.execute(sa.text(seat), {"p": mentor.id})
    try:
        for rule in firm_rules(app):
            view = app.view_functions[rule.endpoint]
            if not hasattr(view, "door"):
                continue
            url = app.url_map.bind("localhost").build(
                rule.endpoint,
                {
                    k: {"firm_id": firm_id, "staff_id": member, "person_id": mentor.id}[k]
                    for k in rule.arguments
                },
            )
            method = next(iter(rule.methods & {"GET", "POST", "DELETE"}))
            for who in PEOPLE:
                said = browse(who).open(url, method=method).status_code
                roles = FIRMS[firm].get(who, set())
                about = f"{method} {rule} as {who}: {said}"
                assert said < 500, about
                if not roles:
                    assert said == 404, about
                elif not roles & TABLE[view.door[0]]:
                    assert said in (403, 404), about
                else:
                    assert said not in (401, 403, 404), about
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_a_person_who_left_sees_nothing_any_more(browse: Any, world: Any, furnished: Any) -> None:
    former = browse("former")
    for tail in ("", "/objectives", "/people", f"/objectives/{furnished['solo']['objective_id']}"):
        assert former.get(world.url("solo", tail)).status_code == 404


def test_a_mentee_of_a_group_does_not_see_another_strand(app: Any, browse: Any, world: Any) -> None:
    with app.app_context():
        made = shared_in(world, "group", "theo")
    place = world.missions["group"]
    lina = browse("lina")
    assert lina.get(world.url("group", f"/objectives/{made}")).status_code == 404
    assert lina.get(world.url("group", f"/objectives?strand={place.strands[0]}")).status_code == 404
    assert str(made) not in lina.get(world.url("group", "/objectives")).text
    # the manager of the first strand reads it, the manager of the second does not
    assert browse("ines").get(world.url("group", f"/objectives/{made}")).status_code == 200
    assert browse("marc").get(world.url("group", f"/objectives/{made}")).status_code == 404


__all__ = ["shared"]
