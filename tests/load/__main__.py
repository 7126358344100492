"""``python -m tests.load``: the live module beside a bare relay, in one run, by turns; prints figures and ratios as JSON.

By itself: its PostgreSQL is that of the tests (TRIALOGUE_TEST_URL, or a durable one of its own), its database is
made for the run and dropped after it. The servers are kept on one core, the clients on the other, PostgreSQL where it
likes. Medians of the rounds.
"""

import argparse
import asyncio
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.load.clients import Load, Room, percentile

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-load-tests-and-of-nothing-else"
START = """
import socket, sys, uvicorn
config = uvicorn.Config(sys.argv[2], ws="websockets-sansio", ws_max_size=1_000_000, ws_per_message_deflate=False,
    timeout_graceful_shutdown=5, server_header=False, log_level="warning", access_log=False, lifespan="on")
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
"""


class Serving:
    """One server process, alone on the first core."""

    def __init__(self, application: str, environ: dict[str, str]) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(1024)
        self.port = self.socket.getsockname()[1]
        number = self.socket.fileno()
        command = [sys.executable, "-c", START, str(number), application]
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, pass_fds=(number,))
        self.seen = psutil.Process(self.process.pid)
        self._ready()
        self.seen.cpu_affinity([0])

    def _ready(self) -> None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/live/", timeout=60)
        except urllib.error.HTTPError:
            return

    def cpu(self) -> float:
        t = self.seen.cpu_times()
        return t.user + t.system

    def memory(self) -> float:
        """Proportional set size, in kB."""
        return self.seen.memory_full_info().pss / 1024

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(15)
        self.socket.close()


@contextmanager
def database() -> Iterator[tuple[str, psutil.Process]]:
    """A migrated database for this run: (its URL as superuser, the postmaster). ``DATABASE_URL`` is set to it."""
    from webapp.setup.database import ensure, plain
    from webapp.setup.postgres import LocalPostgres

    given = os.environ.get("TRIALOGUE_TEST_URL")
    home = Path(os.environ.get("TRIALOGUE_HOME") or ROOT / "instance") / "load-pg"
    running = None if given else LocalPostgres(home).start()
    superuser = plain(given) if given else running.url  # type: ignore[union-attr]
    name = f"trialogue_load_{os.getpid()}"
    os.environ |= {
        "TRIALOGUE_SECRET": SECRET,
        "TRIALOGUE_DEMO": "0",
        "DATABASE_URL": ensure(superuser, SECRET, name),
    }
    with psycopg.connect(superuser, autocommit=True) as c:
        postmaster = psutil.Process(c.info.backend_pid).parent()
        assert postmaster is not None
        try:
            yield psycopg.conninfo.make_conninfo(superuser, dbname=name), postmaster
        finally:
            c.execute(f'drop database if exists "{name}" with (force)')
            if running is not None:
                running.stop()


def database_cpu(postmaster: psutil.Process) -> float:
    """CPU seconds of the server and of what it runs."""
    total = 0.0
    for p in [postmaster, *postmaster.children(recursive=True)]:
        try:
            t = p.cpu_times()
        except psutil.Error:
            continue
        total += t.user + t.system + t.children_user + t.children_system
    return total


async def measure(
    serving: Serving, rooms: list[Room], seconds: float, postmaster: psutil.Process
) -> dict[str, float]:
    empty = serving.memory()
    load = Load(rooms)
    joins = await load.join()
    await asyncio.sleep(1.5)
    full = serving.memory()
    await load.type(3)  # warm up
    load.latencies.clear()
    for room in rooms:
        room.n = 0
    cpu, db = serving.cpu(), database_cpu(postmaster)
    await load.type(seconds)
    cpu, db = serving.cpu() - cpu, database_cpu(postmaster) - db
    delivered, expected = len(load.latencies), load.expected
    await load.leave()
    return {
        "p50_ms": percentile(load.latencies, 0.50),
        "p95_ms": percentile(load.latencies, 0.95),
        "p99_ms": percentile(load.latencies, 0.99),
        "server_cpu_s_per_1000": 1000 * cpu / delivered,
        "database_cpu_s_per_1000": 1000 * db / delivered,
        "cpu_s_per_1000": 1000 * (cpu + db) / delivered,
        "kB_per_socket": (full - empty) / sum(len(r.sockets) for r in rooms),
        "joins_per_s": joins,
        "delivered": delivered,
        "lost": expected - delivered,
    }


def rate(port: int, path: str, cookie: str, seconds: float, at_once: int = 8) -> float:
    """Pages a second, over kept connections."""
    count, until = [0], time.perf_counter() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < until:
            connection.request("GET", path, headers={"Cookie": cookie, "Host": f"127.0.0.1:{port}"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200 or len(body) < 2000:
                raise RuntimeError(f"{path}: {answer.status}, {len(body)} bytes")
            count[0] += 1

    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        for done in [threads.submit(ask) for _ in range(at_once)]:
            done.result()
    return count[0] / (time.perf_counter() - started)


def pages(rounds: int, seconds: float, relay_url: str) -> dict[str, float]:
    """The objectives page of forty, signed in, beside a bare page of forty rows, by turns, on one core."""
    room = fixture(1, 3, 40)[0]
    ours, bare = [], []
    for _ in range(rounds):
        serving = Serving("webapp.asgi:app", {"RELAY_URL": relay_url})
        cookie = room["members"][0]["cookie"]
        rate(serving.port, room["page"], cookie, 2)
        ours.append(rate(serving.port, room["page"], cookie, seconds))
        serving.end()
        serving = Serving("tests.load.bare:app", {"RELAY_URL": relay_url})
        rate(serving.port, "/", "", 2)
        bare.append(rate(serving.port, "/", "", seconds))
        serving.end()
    a, b = statistics.median(ours), statistics.median(bare)
    return {"objectives_per_s": a, "bare_per_s": b, "ratio": a / b}


def fixture(rooms: int, members: int, objectives: int = 1) -> list[dict[str, Any]]:
    from webapp.bench.fixture import write
    from webapp.config import Config

    made: list[dict[str, Any]] = write(Config.from_environ(os.environ), rooms, members, objectives)["rooms"]
    return made


def ours(port: int, made: list[dict[str, Any]]) -> list[Room]:
    host = f"127.0.0.1:{port}"
    return [
        Room(
            f"ws://{host}{r['live']}",
            r["documents"][0]["id"],
            [m["cookie"] for m in r["members"]],
            f"http://{host}",
            True,
        )
        for r in made
    ]


def theirs(port: int, made: list[dict[str, Any]]) -> list[Room]:
    host = f"127.0.0.1:{port}"
    return [
        Room(
            f"ws://{host}/{r['documents'][0]['id']}",
            r["documents"][0]["id"],
            ["x=1" for _ in r["members"]],
            f"http://{host}",
            False,
        )
        for r in made
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--members", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", action="store_true", help="the objectives page instead of the live module")
    asked = parser.parse_args()
    with database() as (relay_url, postmaster):
        psutil.Process().cpu_affinity([1])
        if asked.pages:
            print(json.dumps(pages(asked.rounds, asked.seconds, relay_url), indent=1))
        else:
            print(json.dumps(beside(asked, relay_url, postmaster), indent=1))


def beside(asked: argparse.Namespace, relay_url: str, postmaster: psutil.Process) -> dict[str, Any]:
    """The live module and the relay, by turns: medians, and ratios of the first to the second."""
    results: dict[str, list[dict[str, float]]] = {"trialogue": [], "relay": []}
    for _ in range(asked.rounds):
        made = fixture(asked.rooms, asked.members)
        for name, application, rooms in (
            ("trialogue", "webapp.asgi:app", ours), ("relay", "tests.load.relay:app", theirs),
        ):  # fmt: skip
            serving = Serving(application, {"RELAY_URL": relay_url})
            foreign = os.getloadavg()[0]
            figures = asyncio.run(measure(serving, rooms(serving.port, made), asked.seconds, postmaster))
            serving.end()
            results[name].append(figures)
            print(
                name,
                f"load {foreign:.1f}",
                json.dumps({k: round(v, 3) for k, v in figures.items()}),
                file=sys.stderr,
            )
            time.sleep(1)
    medians = {n: {k: statistics.median(r[k] for r in rows) for k in rows[0]} for n, rows in results.items()}
    a, b = medians["trialogue"], medians["relay"]
    ratios = {k: a[k] / b[k] for k in a if b[k] and k not in ("delivered", "lost")}
    return {**medians, "ratios": ratios}


if __name__ == "__main__":
    main()
