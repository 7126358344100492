"""Each fault has its own code, leaves the document unchanged and the others undisturbed."""

import asyncio
import os

import pytest
import sqlalchemy as sa
import websockets
from pycrdt import Doc, Text

from tests.live.page import caret
from webapp.live.frames import ACK, AWARE, STEP1, STEP2, UPDATE, frame

N = (1).to_bytes(4, "big")


def update(words: str = "x") -> bytes:
    doc: Doc = Doc()
    doc.get("wording", type=Text).insert(0, words)
    return doc.get_update()


FAULTS = {
    "random bytes": (lambda d: os.urandom(60), 4400),
    "an empty frame": (lambda d: b"", 4400),
    "a kind that does not exist": (lambda d: b"\x09" + frame(UPDATE, d)[1:], 4400),
    "an id that is none": (lambda d: frame(UPDATE, "z" * 36, N + update()), 4400),
    "a kind that only the server sends": (lambda d: frame(ACK, d, N), 4405),
    "an update without its number": (lambda d: frame(UPDATE, d, b"\x00"), 4400),
    "an update that is not Yjs": (lambda d: frame(UPDATE, d, N + b"\xff" * 40), 4422),
    "a difference that is not Yjs": (lambda d: frame(STEP2, d, N + b"\xff" * 40), 4422),
    "a vector that is not one": (lambda d: frame(STEP1, d, b"\xff\xff"), 4422),
    "an update too large": (lambda d: frame(UPDATE, d, N + update("x" * 300_000)), 1009),
    "a frame too large": (lambda d: frame(UPDATE, d, N + update("x" * 1_100_000)), 1009),
    "an unknown document": (
        lambda d: frame(UPDATE, "7f000000-0000-4000-8000-000000000000", N + update()),
        4404,
    ),
    "text that is not JSON": (lambda d: "bonjour", 4415),
    "words that nobody says": (lambda d: '{"t": "obey"}', 4415),
    "a caret that is none": (lambda d: frame(AWARE, d, b"\x01\x02"), 4422),
}


async def test_a_fault_closes_that_socket_alone(serve, objective, visit, log_of) -> None:
    (server,) = serve(1)
    o = objective("intact")
    async with visit(server, "marc", o) as marc:
        b = await marc.join(o.doc)
        await marc.saved(b)
        before = log_of(o)
        for what, (make, code) in FAULTS.items():
            async with visit(server, "ines", o) as ines:
                await ines.join(o.doc)
                await ines.send(make(o.doc))
                assert await ines.gone() == code, what
        assert log_of(o) == before
        await marc.type(b, " toujours")
        await marc.saved(b)
        assert marc.close_code is None


async def test_too_many_updates_close_the_socket(serve, objective, visit) -> None:
    (server,) = serve(1)
    o = objective()
    async with visit(server, "ines", o) as ines:
        a = await ines.join(o.doc)
        for _ in range(200):
            await ines.type(a, "x")
        assert await ines.gone() == 1008


async def test_another_site_gets_no_socket(serve, objective, visit) -> None:
    (server,) = serve(1)
    o = objective()
    for origin in (None, "null", "http://evil.example", f"https://127.0.0.1:{server.port}.evil.example"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await visit(server, "ines", o, origin=origin).connect()
        assert refused.value.response.status_code == 403, origin


async def test_who_may_not_open_the_page_is_told_why(serve, objective, visit, world) -> None:
    (server,) = serve(1)
    o = objective()
    for who, more, code in (
        (None, {}, 4401),
        ("rivalmentor", {}, 4403),
        ("bruno", {}, 4403),
        ("former", {}, 4403),
        ("ines", {"slug": "inconnue"}, 4403),
        ("ines", {"key": "objectives:pas-un-id"}, 4403),
        ("ines", {"key": f"objectives:{str(world.missions['solo'].id)[:-1]}\n"}, 4403),
        ("ines", {"key": f"objectives:{str(world.missions['solo'].id).upper()}"}, 4403),
        ("ines", {"key": f"objectives:{world.missions['other'].id}"}, 4403),
        (
            "ines",
            {"key": f"objectives:{world.missions['solo'].id}:{world.missions['group'].strands[1]}"},
            4403,
        ),
    ):
        p = visit(server, who, o, **more)
        await p.connect()
        assert await p.gone() == code, (who, more)
    p = visit(server, "ines", o)
    await p.connect("&v=0")
    assert await p.gone() == 4409
    p = visit(server, "ines", o)
    p.token = "invented"
    await p.connect()
    assert await p.gone() == 4401


async def test_another_companys_document_does_not_exist(serve, objective, visit, log_of) -> None:
    (server,) = serve(1)
    mine, theirs = objective("à nous"), objective("à eux", mission="rival", author="rivalmentee")
    draft = objective("brouillon", audience="author", author="marc")
    async with visit(server, "ines", mine) as ines:
        await ines.join(mine.doc)
        for foreign in (theirs, draft):
            text = await ines.join(foreign.doc)
            assert (text.closed["why"], text.closed["code"]) == ("withdrawn", 4404)
            assert str(text) == ""
        before = log_of(theirs)
        await ines.send(frame(UPDATE, theirs.doc, N + update()))
        assert await ines.gone() == 4404
        assert log_of(theirs) == before


async def test_a_reader_who_sends_is_refused_and_stays(serve, objective, visit, log_of) -> None:
    (server,) = serve(1)
    o = objective("collectif", audience="everyone", kind="calendar")
    async with visit(server, "solange", o) as reader, visit(server, "ines", o) as ines:
        a = await ines.join(o.doc)
        text = await reader.join(o.doc)
        assert (text.closed["why"], text.closed["code"]) == ("refused", 4403)
        await ines.saved(a)
        before = log_of(o)
        for kind in (UPDATE, STEP2):
            text.closed = None
            await reader.send(frame(kind, o.doc, N + update()))
            await reader.until(lambda: text.closed is not None)
            assert text.closed["why"] == "refused"
        await ines.type(a, " bis")
        await ines.saved(a)
        assert str(text) == "" and not text.carets
        assert len(log_of(o)) == len(before) + 1
        assert reader.close_code is None
        for _ in range(40):
            await reader.send(frame(UPDATE, o.doc, N + update()))
        assert await reader.gone() == 1008


async def test_a_slow_reader_is_let_go_and_the_others_are_not(serve, objective, visit, superuser) -> None:
    """16 MB of notices: those who read get them all, the one who does not is closed and holds no memory."""
    (server,) = serve(1)
    o = objective()
    async with visit(server, "marc", o) as marc, visit(server, "helene", o) as slow:
        await marc.join(o.doc)
        await slow.join(o.doc)
        slow.socket.transport.pause_reading()
        keys = " ".join(f"objective:{n:036d}" for n in range(150))
        for n in range(2400):
            superuser.execute(sa.text("select pg_notify('live', :p)"), {"p": f"-\nstale {o.zone} {n} {keys}"})
            if n % 50 == 0:
                await asyncio.sleep(0.01)
        await marc.until(lambda: any(s["ids"][0] == "2399" for s in marc.words("stale")), 20)
        slow.socket.transport.resume_reading()
        assert await slow.gone(20) in (1013, 1006)
        assert marc.close_code is None


async def test_a_document_has_a_size(serve, objective, visit) -> None:
    (server,) = serve(1)
    o = objective()
    async with visit(server, "ines", o) as ines:
        a = await ines.join(o.doc)
        for _ in range(26):
            if ines.close_code is None:
                await ines.type(a, "z" * 200_000)
                await asyncio.sleep(0.05)
        assert await ines.gone() == 4413


async def test_the_twenty_first_socket_of_a_person_is_refused(serve, objective, visit) -> None:
    (server,) = serve(1)
    o = objective()
    pages = [visit(server, "ines", o) for _ in range(20)]
    await asyncio.gather(*(p.connect() for p in pages))
    for p in pages:
        await p.until(lambda p=p: p.words("hello"))
    last = visit(server, "ines", o)
    await last.connect()
    assert await last.gone() == 4429
    await asyncio.gather(*(p.leave() for p in pages))


async def test_a_caret_is_its_owners(serve, objective, visit, world) -> None:
    (server,) = serve(1)
    o = objective("abc")
    async with visit(server, "ines", o) as ines, visit(server, "marc", o) as marc:
        await ines.join(o.doc)
        b = await marc.join(o.doc)
        await ines.send(frame(AWARE, o.doc, caret(11, 1, {"name": "Hélène"})))
        await marc.until(lambda: b.carets)
        assert b.carets[0][0] == str(world.people["ines"].contacts["ombrelune"])
        await marc.send(frame(AWARE, o.doc, caret(11, 2, {})))
        assert await marc.gone() == 4423
