"""``python -m webapp bench fixture``: rooms and members for outside load clients, who join as real signed-in people."""

import argparse
import json
import os
from urllib.parse import urlsplit

from webapp.config import Config
from webapp.setup.progress import say
from webapp.setup.serve import ADDRESS


def main(argv: list[str]) -> int:
    """Print, as JSON, the address, the rooms, their documents and their members' cookies. Refused in production."""
    from webapp.bench.fixture import write

    asked = _arguments().parse_args(argv)
    config = Config.from_environ(os.environ)
    if config.production:
        raise SystemExit("bench : pas dans une base de production")
    made = write(config, asked.rooms, asked.members, asked.objectives)
    print(json.dumps({**made, "url": address(config)}, ensure_ascii=False))
    return 0


def address(config: Config) -> str:
    """Where the rooms are to be found: with any free port, where pages are served now from the same data; else ''."""
    if config.port or urlsplit(config.public_url).port != 0:
        return config.public_url
    note = config.home / ADDRESS
    if note.exists():
        return note.read_text()
    say("« url » reste vide : avec TRIALOGUE_PORT=0, seul `python3 -m webapp` sait où il écoute")
    return ""


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m webapp bench")
    kinds = parser.add_subparsers(dest="what", required=True)
    fixture = kinds.add_parser("fixture", help="make rooms and members, print them as JSON")
    fixture.add_argument("--rooms", type=int, default=10, help="missions, one page each")
    fixture.add_argument("--members", type=int, default=3, help="people who write in each")
    fixture.add_argument("--objectives", type=int, default=1, help="documents of each room")
    return parser
