"""Who is here is the server's to say; rights taken back close what they opened; texts are folded and settled."""

import asyncio
import dataclasses
import json
import signal
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import psycopg
import sqlalchemy as sa

from tests.live.page import caret
from tests.world import T
from webapp.live import keeper
from webapp.live.frames import AWARE, STEP1, STEP2, UPDATE, frame

WAITS = """select exists (select from pg_locks where not granted and database =
  (select oid from pg_database where datname = current_database()))"""


def tell(superuser: sa.Connection, *lines: str) -> None:
    """As another process would."""
    superuser.execute(sa.text("select pg_notify('live', :p)"), {"p": "\n".join(("-", *lines))})


async def test_the_roster_is_the_servers_across_processes(serve, objective, visit) -> None:
    first, second = serve(2)
    o = objective()
    async with visit(first, "ines", o) as ines, visit(second, "marc", o) as marc:
        await ines.until(lambda: ines.said and set(ines.roster) == {"Inès", "Marc"}, 20)
        await marc.until(lambda: marc.said and set(marc.roster) == {"Inès", "Marc"}, 20)
        assert {k: v["party"] for k, v in ines.roster.items()} == {"Inès": "mentee", "Marc": "manager"}
        await marc.say("here", section=f"objective:{o.id}")
        await ines.until(lambda: ines.roster["Marc"]["section"] == f"objective:{o.id}")
        await marc.say("away")
        await ines.until(lambda: set(ines.roster) == {"Inès"}, 20)
        await marc.say("back")
        await ines.until(lambda: set(ines.roster) == {"Inès", "Marc"}, 20)
        await marc.leave()
        await ines.until(lambda: set(ines.roster) == {"Inès"}, 20)


async def test_a_section_is_told_only_to_those_who_read_it(serve, objective, visit) -> None:
    (server,) = serve(1)
    o, draft = objective(), objective(audience="author")
    async with visit(server, "ines", o) as ines, visit(server, "marc", o) as marc:
        await marc.until(lambda: marc.said and "Inès" in marc.roster)
        await ines.say("here", section=f"objective:{draft.id}")
        await ines.until(lambda: ines.roster["Inès"]["section"] == f"objective:{draft.id}")
        await ines.say("here", section=f"objective:{o.id}")
        await marc.until(lambda: marc.roster["Inès"]["section"] == f"objective:{o.id}")
        assert not any(str(draft.id) in json.dumps(s) for s in marc.said)
        await ines.say("here", section=f"objective:{objective(mission='rival', author='rivalmentee').id}")
        await marc.until(lambda: marc.roster["Inès"]["section"] is None)


async def test_who_hides_is_nowhere_for_the_other(serve, objective, visit, world, superuser) -> None:
    first, second = serve(2)
    o = objective("abc")
    ines_id, marc_id = (world.people[p].contacts["ombrelune"] for p in ("ines", "marc"))
    row = {"company_id": o.where.company_id, "contact_id": ines_id, "hidden_from_id": marc_id}
    superuser.execute(T["presence_hidden"].insert().values(**row, at=datetime.now(UTC)))
    async with (
        visit(first, "ines", o) as ines,
        visit(second, "marc", o) as far,
        visit(first, "marc", o) as near,
        visit(second, "helene", o) as helene,
    ):
        texts = [await p.join(o.doc) for p in (ines, far, near, helene)]
        await helene.until(lambda: "Inès" in helene.roster, 20)
        await ines.say("here", section=f"objective:{o.id}")
        await ines.send(frame(AWARE, o.doc, caret(7, 1, {"field": "wording"})))
        await helene.until(lambda: texts[3].carets and helene.roster["Inès"]["section"])
        await asyncio.sleep(0.3)
        for marc, text in ((far, texts[1]), (near, texts[2])):
            assert "Inès" not in marc.roster
            assert not text.carets
        superuser.execute(T["presence_hidden"].delete())
        tell(superuser, f"revoked person {world.people['ines'].id}")
        await far.until(lambda: "Inès" in far.roster, 20)
        await near.until(lambda: "Inès" in near.roster, 20)


async def test_a_caret_leaves_with_its_page(serve, objective, visit) -> None:
    (server,) = serve(1)
    o = objective("abc")
    async with visit(server, "marc", o) as marc:
        b = await marc.join(o.doc)
        async with visit(server, "ines", o) as ines:
            await ines.join(o.doc)
            await ines.send(frame(AWARE, o.doc, caret(7, 1, {"field": "wording"})))
            await marc.until(lambda: b.carets)
            async with visit(server, "helene", o) as helene:
                c = await helene.join(o.doc)
                await helene.until(lambda: c.carets)
        await marc.until(lambda: b.carets[-1][1].endswith(b"null"))


async def test_who_writes_a_collective_text_from_another_strands_page_is_known(
    serve, objective, visit
) -> None:
    first, second = serve(2)
    o = objective("à tous", audience="everyone", mission="group", author="theo")
    mission, strands = o.where.id, o.where.strands
    theo = visit(first, "theo", o, key=f"objectives:{mission}:{strands[0]}")
    lina = visit(second, "lina", o, key=f"objectives:{mission}:{strands[1]}")
    async with theo, lina, visit(first, "bruno", o, key=f"objectives:{mission}:{strands[1]}") as bruno:
        await bruno.until(lambda: bruno.said and "Lina" in bruno.roster, 20)
        assert "Théo" not in bruno.roster, "being on another strand's page is nobody's business"
        await theo.say("here", section=f"objective:{o.id}")
        for page in (bruno, lina):
            await page.until(lambda page=page: "Théo" in page.roster, 20)
            assert page.roster["Théo"]["elsewhere"] is True
            assert page.roster["Théo"]["section"] == f"objective:{o.id}"
        await theo.say("here", section=None)
        await lina.until(lambda: "Théo" not in lina.roster, 20)


async def test_a_caret_of_ones_own_dead_socket_is_taken_over(serve, objective, visit) -> None:
    (server,) = serve(1)
    o = objective("abc")
    async with visit(server, "ines", o) as before, visit(server, "ines", o) as after:
        for page in (before, after):
            await page.join(o.doc)
            await page.send(frame(AWARE, o.doc, caret(7, 1, {})))
        await after.say("ping")
        await after.until(lambda: after.words("pong"))
        assert after.close_code is None


async def test_a_removed_person_is_out_within_five_seconds(serve, objective, visit, world, superuser) -> None:
    servers = serve(2)
    o = objective("abc")
    async with visit(servers[0], "marc", o) as marc, visit(servers[1], "ines", o) as ines:
        b, a = await marc.join(o.doc), await ines.join(o.doc)
        p = T["participation"]
        contact = world.people["marc"].contacts["ombrelune"]
        superuser.execute(p.update().where(p.c.contact_id == contact).values(until_at=datetime.now(UTC)))
        tell(superuser, f"revoked mission {o.where.id}")
        assert await marc.gone(5) == 4403
        assert marc.words("revoked")
        await ines.type(a, " après")
        await ines.saved(a)
        assert str(b) == "abc" and ines.close_code is None


async def test_who_is_removed_while_the_database_is_asked_about_them_is_out_too(
    serve, objective, visit, world, superuser, database
) -> None:
    """The answer may be from before: what was told meanwhile is not lost, but asked again."""
    (server,) = serve(1)
    o = objective("abc")
    p, contact = T["participation"], world.people["marc"].contacts["ombrelune"]
    async with visit(server, "marc", o) as marc:
        await marc.join(o.doc)
        with psycopg.connect(database) as holding:
            holding.execute("lock table zone in access exclusive mode")
            tell(superuser, f"revoked mission {o.where.id}")
            end = time.monotonic() + 10
            while not superuser.scalar(sa.text(WAITS)):  # asked, with what was true then
                assert time.monotonic() < end, "nobody asks"
            superuser.execute(p.update().where(p.c.contact_id == contact).values(until_at=datetime.now(UTC)))
            tell(superuser, f"revoked mission {o.where.id}", f"stale {o.zone} after")
            await marc.until(lambda: any("after" in said["ids"] for said in marc.words("stale")))
        assert await marc.gone(5) == 4403


async def test_a_removed_person_loses_its_texts_on_a_page_of_no_mission_too(
    serve, objective, visit, world, superuser
) -> None:
    (server,) = serve(1)
    o = objective("abc")
    async with visit(server, "marc", o, key="accueil") as marc, visit(server, "ines", o) as ines:
        b, a = await marc.join(o.doc), await ines.join(o.doc)
        p = T["participation"]
        contact = world.people["marc"].contacts["ombrelune"]
        superuser.execute(p.update().where(p.c.contact_id == contact).values(until_at=datetime.now(UTC)))
        tell(superuser, f"revoked mission {o.where.id}")
        await marc.until(lambda: b.closed is not None, 5)
        await ines.type(a, " après")
        await ines.saved(a)
        assert str(b) == "abc"


async def test_a_sign_out_closes_that_sign_in_alone(serve, objective, visit, world, superuser) -> None:
    (server,) = serve(1)
    o = objective()
    s = T["sign_in"]
    key = superuser.scalar(sa.select(s.c.id).where(s.c.token_hash == world.people["ines"].token_hash))
    async with visit(server, "ines", o) as ines, visit(server, "marc", o) as marc:
        await ines.until(lambda: ines.said)
        await marc.until(lambda: marc.said)
        superuser.execute(s.delete().where(s.c.id == key))
        tell(superuser, f"revoked sign-in {key}")
        assert await ines.gone(5) == 4401
        assert ines.close_reason == "signed-out"
        assert marc.close_code is None


async def test_an_expired_sign_in_joins_nothing_more(serve, objective, visit, world, superuser) -> None:
    (server,) = serve(1)
    o = objective()
    async with visit(server, "ines", o) as ines:
        await ines.until(lambda: ines.said)
        s = T["sign_in"]
        mine = s.c.token_hash == world.people["ines"].token_hash
        superuser.execute(s.update().where(mine).values(expires_at=datetime.now(UTC)))
        await ines.send(frame(STEP1, o.doc, b"\x00"))
        assert await ines.gone(5) == 4401
        assert ines.close_reason == "expired"


async def test_a_zone_wakes_its_readers_alone(serve, objective, visit, superuser) -> None:
    (server,) = serve(1)
    o, draft = objective(), objective(audience="author")
    async with visit(server, "ines", o) as ines, visit(server, "marc", o) as marc:
        await ines.until(lambda: ines.said)
        await marc.until(lambda: marc.said)
        tell(superuser, f"stale {draft.zone} objective:1 objective:2", f"stale {o.zone} objective:3")
        await ines.until(lambda: ines.words("stale"))
        await marc.until(lambda: marc.words("stale"))
        assert ines.words("stale")[0]["ids"] == ["objective:1", "objective:2", "objective:3"]
        assert marc.words("stale") == [{"t": "stale", "ids": ["objective:3"]}]


async def test_what_was_told_while_a_page_loaded_is_not_missed(serve, objective, visit, superuser) -> None:
    (server,) = serve(1)
    o, draft = objective(), objective(audience="author")
    async with visit(server, "marc", o) as marc:
        await marc.until(lambda: marc.said)
        tell(superuser, f"stale {o.zone} objective:1", f"stale {draft.zone} objective:2")
        await marc.until(lambda: marc.words("stale"))
        async with visit(server, "helene", o) as helene:
            await helene.until(lambda: helene.words("stale"))
            assert helene.words("stale") == [{"t": "stale", "ids": ["objective:1"]}]


async def test_a_new_zone_is_heard_by_those_who_read_it(serve, objective, visit, superuser) -> None:
    (server,) = serve(1)
    o = objective()
    async with visit(server, "ines", o) as ines, visit(server, "marc", o) as marc:
        await ines.until(lambda: ines.said)
        await marc.until(lambda: marc.said)
        draft = objective(audience="author")
        tell(superuser, f"revoked mission {o.where.id}")
        await ines.until(lambda: {"t": "stale", "ids": ["*"]} in ines.said)
        tell(superuser, f"stale {draft.zone} objective:1", f"stale {o.zone} objective:2")
        await ines.until(lambda: {"t": "stale", "ids": ["objective:1", "objective:2"]} in ines.said)
        await marc.until(lambda: marc.words("stale"))
        assert marc.words("stale") == [{"t": "stale", "ids": ["objective:2"]}]


async def test_a_closed_document_ends_on_every_page_and_the_page_goes_on(
    serve, objective, visit, superuser
) -> None:
    (server,) = serve(1)
    o, other = objective("abc"), objective("autre")
    async with visit(server, "ines", o) as ines:
        a, b = await ines.join(o.doc), await ines.join(other.doc)
        d = T["document"]
        superuser.execute(d.update().where(d.c.id == o.document).values(frozen_at=datetime.now(UTC)))
        await ines.type(a, "trop tard")
        await ines.until(lambda: a.closed)
        assert (a.closed["why"], a.closed["code"]) == ("frozen", 4410)
        following = "7f000000-0000-4000-8000-000000000000"
        tell(superuser, f"closed {other.doc} replaced {following}")
        await ines.until(lambda: b.closed)
        assert (b.closed["why"], b.closed["next"]) == ("replaced", following)
        assert ines.close_code is None


async def test_text_is_folded_after_a_pause_and_settled_when_its_writer_leaves(
    serve, objective, visit, superuser, world
) -> None:
    (server,) = serve(1)
    o = objective("Tenir ")
    t = T["document_text"]
    kept = sa.select(t.c.text, t.c.settled_text).where(t.c.document_id == o.document, t.c.root == "wording")
    ines = visit(server, "ines", o)
    await ines.connect()
    a = await ines.join(o.doc)
    await ines.type(a, "la réunion")
    await ines.saved(a)
    await until(lambda: superuser.execute(kept).one() == ("Tenir la réunion", "Tenir "), keeper.PAUSE + 6)
    await ines.until(lambda: ines.words("stale"))
    await ines.leave()
    await until(lambda: superuser.execute(kept).one() == ("Tenir la réunion",) * 2, keeper.GONE + 6)
    c = T["change"]
    line = superuser.execute(
        sa.select(c.c.before, c.c.after, c.c.by_id).where(c.c.objective_id == o.id)
    ).one()
    assert line == ("Tenir ", "Tenir la réunion", world.people["ines"].contacts["ombrelune"])


async def test_what_a_killed_server_left_is_folded_at_the_next_join(
    serve, objective, visit, superuser
) -> None:
    (server,) = serve(1)
    o = objective("a")
    async with visit(server, "ines", o) as ines:
        a = await ines.join(o.doc)
        await ines.type(a, "b")
        await ines.saved(a)
        server.kill()
    server.start()
    server.ready()
    t = T["document_text"]
    kept = sa.select(t.c.text).where(t.c.document_id == o.document, t.c.root == "wording")
    assert superuser.scalar(kept) == "a"
    async with visit(server, "marc", o) as marc:
        assert str(await marc.join(o.doc)) == "ab"
        await until(lambda: superuser.scalar(kept) == "ab", keeper.PAUSE + 6)


async def test_a_stop_closes_with_1012_and_loses_nothing_received(serve, objective, visit, text_of) -> None:
    (server,) = serve(1)
    o = objective("x")
    ines = visit(server, "ines", o)
    await ines.connect()
    a = await ines.join(o.doc)
    for i in range(30):
        await ines.type(a, f" {i}")
    await ines.saved(a)
    server.process.send_signal(signal.SIGTERM)
    assert await ines.gone() == 1012
    code = await asyncio.to_thread(server.process.wait, 10)
    assert code in (0, -signal.SIGTERM)
    assert text_of(o) == str(a)


async def test_a_deaf_bus_asks_again_for_everything(serve, objective, visit, superuser) -> None:
    first, second = serve(2)
    o = objective("x")
    async with visit(first, "ines", o) as ines, visit(second, "marc", o) as marc:
        a, b = await ines.join(o.doc), await marc.join(o.doc)
        deaf = (
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
        )
        superuser.execute(
            sa.text(deaf + "application_name in ('live-bus', 'live-writer', 'live-ask', 'live-tell')")
        )
        for i in range(10):
            await ines.type(a, f" {i}")
        await ines.saved(a, 15)
        await marc.until(lambda: str(b) == str(a), 15)
        await marc.until(lambda: {"t": "stale", "ids": ["*"]} in marc.said)


async def test_rows_that_nobody_told_are_found_by_looking(serve, objective, visit, superuser, world) -> None:
    """As if a process had been killed between its commit and its notice."""
    from pycrdt import Doc, Text

    servers = serve(2)
    o = objective("x")
    async with visit(servers[0], "ines", o) as ines:
        a = await ines.join(o.doc)
        silent: Doc = Doc()
        silent.apply_update(a.doc.get_update())
        before = silent.get_state()
        silent.get("wording", type=Text).insert(1, " en silence")
        superuser.execute(T["document_update"].insert().values(
            company_id=o.where.company_id, document_id=o.document, zone_id=o.zone,
            data=silent.get_update(before), contact_id=world.people["marc"].contacts["ombrelune"],
        ))  # fmt: skip
        await ines.until(lambda: str(a) == "x en silence", keeper.COMPARE + 8)


def post(port: int, o: Any, token: str, body: bytes, origin: str | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/live/{o.doc}?company={o.where.slug}&page={o.page}&v=1",
        data=body,
        method="POST",
    )
    request.add_header("Origin", origin or f"http://127.0.0.1:{port}")
    request.add_header("Cookie", f"sid={token}")
    request.add_header("Content-Type", "application/octet-stream")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


async def refused(port: int, o: Any, token: str, body: bytes, **headers: str) -> Any:
    """The answer to the first post too many: its headers and its words."""

    def once() -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/live/{o.doc}?company={o.where.slug}&page={o.page}&v=1",
            data=body,
            method="POST",
        )
        for name, value in {
            "Origin": f"http://127.0.0.1:{port}",
            "Cookie": f"sid={token}",
            **headers,
        }.items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode("latin-1")
        except urllib.error.HTTPError as no:
            return no.code, no.headers, no.read().decode()

    for _ in range(40):
        for status, *answer in await asyncio.gather(*(asyncio.to_thread(once) for _ in range(20))):
            if status == 429:
                return answer
    raise AssertionError("never too many")


def parts(body: bytes) -> list[bytes]:
    found = []
    while body:
        length = int.from_bytes(body[:4], "big")
        found.append(body[4 : 4 + length])
        body = body[4 + length :]
    return found


def packed(*frames: bytes) -> bytes:
    return b"".join(len(f).to_bytes(4, "big") + f for f in frames)


async def test_a_post_does_what_the_socket_does(serve, objective, visit, world, text_of, superuser) -> None:
    from pycrdt import Doc, Text

    (server,) = serve(1)
    o = objective("début")
    mine: Doc = Doc()

    def exchange(who: str, *frames: bytes, **more: Any) -> tuple[int, bytes]:
        return post(server.port, o, world.people[who].token, packed(*frames), **more)

    async with visit(server, "marc", o) as marc:
        b = await marc.join(o.doc)
        status, body = await asyncio.to_thread(exchange, "ines", frame(STEP1, o.doc, mine.get_state()))
        assert status == 200
        step2, step1 = parts(body)
        mine.apply_update(step2[38:])
        assert (step2[0], step1[0], str(mine.get("wording", type=Text))) == (STEP2, STEP1, "début")
        mine.get("wording", type=Text).insert(0, "au ")
        diff = mine.get_update(step1[38:])
        n = (5).to_bytes(4, "big")
        for kind in (STEP2, UPDATE):
            status, body = await asyncio.to_thread(exchange, "ines", frame(kind, o.doc, n + diff))
            assert (status, parts(body)) == (200, [frame(3, o.doc, n)])
        await marc.until(lambda: str(b) == "au début")
    assert text_of(o) == "au début"
    for who, more, code in (("ines", {"origin": "http://evil.example"}, 403), ("bruno", {}, 403)):
        assert (await asyncio.to_thread(exchange, who, frame(STEP2, o.doc, n + diff), **more))[0] == code
    assert (await asyncio.to_thread(post, server.port, o, "", packed(frame(STEP1, o.doc))))[0] == 401
    assert (
        await asyncio.to_thread(post, server.port, o, world.people["ines"].token, b"\x00\x00\x00\xffabc")
    )[0] == 400
    many = [frame(UPDATE, o.doc, n + diff)] * 70
    assert (await asyncio.to_thread(exchange, "marc", *many))[0] == 429
    d = T["document"]
    superuser.execute(d.update().where(d.c.id == o.document).values(frozen_at=datetime.now(UTC)))
    status, body = await asyncio.to_thread(exchange, "ines", frame(UPDATE, o.doc, n + diff))
    assert (status, json.loads(body)["why"]) == (410, "frozen")


async def test_posts_are_counted_before_anybody_is_asked_who_that_is(serve, objective, world) -> None:
    """One that no sign-in stands behind is refused as well: it would else cost a question each time."""
    (server,) = serve(1)
    o = objective("x")
    headers, said = await refused(server.port, o, "nobody", b"")
    assert headers["Retry-After"] == "10"
    assert "Trop d’essais en peu de temps" in said
    assert "Ce que vous avez écrit est encore dans la page" in said
    _, said = await refused(server.port, o, "nobody", b"", **{"Accept-Language": "en"})
    assert "Trop" not in said
    assert post(server.port, o, world.people["ines"].token, packed(frame(STEP1, o.doc)))[0] == 200


async def test_the_devices_of_one_person_count_together(serve, objective, world, superuser) -> None:
    (server,) = serve(1)
    o = objective("x")
    other = dataclasses.replace(world.people["ines"], token="another-device-of-hers")
    superuser.execute(
        sa.text(
            "insert into sign_in (id, token_hash, person_id, expires_at, idle_until, device, by)"
            " select gen_random_uuid(), :h, person_id, expires_at, idle_until, device, by from sign_in"
            " where person_id = :p limit 1"
        ),
        {"h": other.token_hash, "p": other.id},
    )
    update = (1).to_bytes(4, "big") + b"\0\0"
    much, enough = (packed(*[frame(UPDATE, o.doc, update)] * n) for n in (70, 58))
    assert (await asyncio.to_thread(post, server.port, o, world.people["ines"].token, much))[0] == 429
    assert (await asyncio.to_thread(post, server.port, o, other.token, enough))[0] == 429
    assert (await asyncio.to_thread(post, server.port, o, world.people["marc"].token, enough))[0] == 200


async def test_a_post_compares_once(serve, objective, world) -> None:
    """Each comparison reads the whole document: one is what a browser asks of a post."""
    (server,) = serve(1)
    o = objective("x")
    for times, status in ((1, 200), (2, 400)):
        asked = packed(*[frame(STEP1, o.doc)] * times)
        assert (await asyncio.to_thread(post, server.port, o, world.people["ines"].token, asked))[0] == status


async def until(true: Any, seconds: float) -> None:
    """Until the database says so."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - the database sends no event
            await asyncio.sleep(0.1)
