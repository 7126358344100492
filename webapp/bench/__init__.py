"""``python -m webapp bench fixture``: rooms and members for outside load clients, who join as real signed-in people."""

import argparse
import json
import os


def main(argv: list[str]) -> int:
    """Print, as JSON, the address, the rooms, their documents and their members' cookies. Refused in production."""
    from webapp.bench.fixture import write
    from webapp.config import Config

    asked = _arguments().parse_args(argv)
    config = Config.from_environ(os.environ)
    if config.production:
        raise SystemExit("bench : pas dans une base de production")
    print(json.dumps(write(config, asked.rooms, asked.members, asked.objectives), ensure_ascii=False))
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m webapp bench")
    kinds = parser.add_subparsers(dest="what", required=True)
    fixture = kinds.add_parser("fixture", help="make rooms and members, print them as JSON")
    fixture.add_argument("--rooms", type=int, default=10, help="missions, one page each")
    fixture.add_argument("--members", type=int, default=3, help="people who write in each")
    fixture.add_argument("--objectives", type=int, default=1, help="documents of each room")
    return parser
