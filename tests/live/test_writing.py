"""Writing together: nothing typed is lost, nothing is doubled, all end equal, the database included."""

import asyncio
import random
from typing import Any

import pytest

from tests.conftest import DEEP


async def test_two_people_who_type_at_once_end_equal(serve, objective, visit, text_of) -> None:
    (server,) = serve(1)
    o = objective("Départ. ")
    async with visit(server, "ines", o) as ines, visit(server, "marc", o) as marc:
        a, b = await ines.join(o.doc), await marc.join(o.doc)
        assert str(a) == str(b) == "Départ. "
        for i in range(40):
            await asyncio.gather(ines.type(a, f"é{i}ç "), marc.type(b, f"œ{i}« "))
            await asyncio.sleep(0.02)
        await asyncio.gather(ines.saved(a), marc.saved(b))
        await ines.until(lambda: str(a) == str(b))
        assert all(f"é{i}ç " in str(a) and f"œ{i}« " in str(a) for i in range(40))
    assert text_of(o) == str(a)


async def test_what_is_acked_is_committed_and_relayed_across_processes(
    serve, objective, visit, text_of
) -> None:
    first, second = serve(2)
    o = objective("x")
    async with visit(first, "ines", o) as ines, visit(second, "marc", o) as marc:
        a, b = await ines.join(o.doc), await marc.join(o.doc)
        await asyncio.sleep(1)
        await ines.type(a, " un")
        await ines.saved(a)
        assert text_of(o) == "x un"
        await marc.until(lambda: str(b) == "x un")
        await marc.type(b, " deux")
        await ines.until(lambda: str(a) == "x un deux")


async def test_a_large_update_crosses_by_asking_again(serve, objective, visit) -> None:
    first, second = serve(2)
    o = objective("x")
    long = "mot " * 5000
    async with visit(first, "ines", o) as ines, visit(second, "marc", o) as marc:
        a, b = await ines.join(o.doc), await marc.join(o.doc)
        await asyncio.sleep(1)
        await ines.type(a, long)
        await marc.until(lambda: str(b) == "x" + long)
        assert ines.close_code is None


async def test_the_servers_are_killed_in_mid_sentence(serve, objective, visit, text_of) -> None:
    (server,) = serve(1)
    o = objective("Début : ")
    words = [f"mot{i} " for i in range(30)]
    ines = visit(server, "ines", o)
    await ines.connect()
    a = await ines.join(o.doc)
    for i, word in enumerate(words):
        await ines.type(a, word)
        if i == 11:
            server.kill()
            await ines.gone()
            server.start()
            server.ready()
        if i == 17:
            await ines.connect()
            await ines.join(o.doc)
    await ines.saved(a)
    await ines.leave()
    assert text_of(o) == "Début : " + "".join(words)


async def test_somebody_offline_comes_back_with_what_they_typed(serve, objective, visit, text_of) -> None:
    (server,) = serve(1)
    o = objective("Texte commun. ")
    async with visit(server, "marc", o) as marc:
        b = await marc.join(o.doc)
        ines = visit(server, "ines", o)
        await ines.connect()
        a = await ines.join(o.doc)
        await ines.leave()
        await ines.type(a, "hors ligne ", at=0)
        await ines.do(a, lambda t: t.__delitem__(slice(len(t) - 2, len(t))))
        await marc.type(b, "en ligne")
        await marc.saved(b)
        await ines.connect()
        await ines.join(o.doc)
        await ines.saved(a)
        await marc.until(lambda: str(b) == str(a))
        assert "hors ligne " in str(b) and "en ligne" in str(b)
        await ines.leave()
    assert text_of(o) == str(b)


async def test_a_reconnection_with_nothing_new_appends_nothing(serve, objective, visit, log_of) -> None:
    (server,) = serve(1)
    o = objective("x")
    async with visit(server, "ines", o) as ines:
        a = await ines.join(o.doc)
        await ines.type(a, "abc")
        await ines.do(a, lambda t: t.__delitem__(slice(0, 1)))
        await ines.saved(a)
        before = len(log_of(o))
        for _ in range(3):
            await ines.join(o.doc)
            await ines.saved(a)
        assert len(log_of(o)) == before


async def test_a_long_log_is_compacted_while_it_is_written(serve, objective, visit, text_of, log_of) -> None:
    (server,) = serve(1)
    o = objective("")
    async with visit(server, "ines", o) as ines, visit(server, "marc", o) as marc:
        a, b = await ines.join(o.doc), await marc.join(o.doc)
        for i in range(150):
            await asyncio.gather(ines.type(a, f"i{i} "), marc.type(b, f"m{i} "))
            await asyncio.sleep(0.04)
        await asyncio.gather(ines.saved(a), marc.saved(b))
        for _ in range(100):
            if len(log_of(o)) < 200:
                break
            await asyncio.sleep(0.1)
        assert len(log_of(o)) < 200
        await ines.until(lambda: str(a) == str(b))
        assert text_of(o) == str(a)
        assert all(f"i{i} " in str(a) and f"m{i} " in str(a) for i in range(150))


async def test_three_hundred_pages_open_one_new_document_at_once(serve, objective, visit) -> None:
    (server,) = serve(1)
    o = objective("x")
    count = 300 if DEEP else 40
    people = ["ines", "marc", "helene"]
    pages = [visit(server, people[i % 3], o) for i in range(min(count, 57))]
    await asyncio.gather(*(p.connect() for p in pages))
    texts = await asyncio.gather(*(p.join(o.doc) for p in pages))
    assert all(str(t) == "x" for t in texts)
    await asyncio.gather(*(p.leave() for p in pages))


class Chaos:
    """People who type tokens, leave and come back, over servers that are killed. What was typed is the witness."""

    def __init__(self, rng: random.Random, servers: Any, pages: dict[str, Any], doc: str) -> None:
        self.rng, self.servers, self.pages, self.doc = rng, servers, pages, doc
        self.texts: dict[str, Any] = {}
        self.tokens: list[str] = []

    async def type(self, who: str) -> None:
        """One token, never inside another one."""
        token = f"⟦{who[0]}{len(self.tokens)}⟧"
        self.tokens.append(token)
        text = self.texts[who]
        before = str(text)[: self.rng.randint(0, len(str(text)))]
        inside = before.count("⟦") != before.count("⟧")
        await self.pages[who].type(text, token, at=None if inside else len(before.encode()))

    async def come(self, who: str) -> None:
        """To whichever server."""
        page, server = self.pages[who], self.rng.choice(self.servers)
        await page.leave()
        page.port, page.origin = server.port, f"http://127.0.0.1:{server.port}"
        await page.connect()
        self.texts[who] = await page.join(self.doc)

    async def kill(self, who: str) -> None:
        server = self.rng.choice(self.servers)
        server.kill()
        server.start()
        server.ready()

    async def leave(self, who: str) -> None:
        await self.pages[who].leave()


@pytest.mark.parametrize("seed", range(20 if DEEP else 2))
async def test_any_order_of_edits_kills_and_absences_converges(
    seed, serve, objective, visit, text_of
) -> None:
    rng, servers, o = random.Random(seed), serve(2), objective("")
    pages = {who: visit(servers[0], who, o) for who in ("ines", "marc", "helene")}
    chaos = Chaos(rng, servers, pages, o.doc)
    for who in pages:
        await chaos.come(who)
    acts = [chaos.type] * 45 + [chaos.leave] * 5 + [chaos.come] * 6 + [chaos.kill] * 2
    for _ in range(150 if DEEP else 50):
        await rng.choice(acts)(rng.choice(list(pages)))
        await asyncio.sleep(rng.random() * 0.02)
    for who, page in pages.items():
        await chaos.come(who)
        await page.saved(chaos.texts[who])
    for who, page in pages.items():
        await page.until(lambda who=who: str(chaos.texts[who]) == text_of(o), 15)
    final = text_of(o)
    assert len({str(t) for t in chaos.texts.values()}) == 1
    assert [final.count(t) for t in chaos.tokens] == [1] * len(chaos.tokens)
    for page in pages.values():
        await page.leave()
