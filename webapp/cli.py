"""The commands, and nothing of what they do: each imports its part when it is called.

The top of this file uses the standard library only: the bootstrap asks it which command is meant.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from webapp.config import Config, Misconfigured, meanings
from webapp.setup.progress import SetupFailed, stop


@dataclass(frozen=True)
class Command:
    """What a command is called, does, and needs."""

    name: str
    meaning: str
    run: Callable[[Config, list[str]], int]
    shows_pages: bool = False  # static/dist is built first
    develops: bool = False  # the development lock is installed


def command(argv: list[str]) -> Command:
    """The command named first; `serve` without a name. Stops with the help page for what is none."""
    name = argv[0] if argv else "serve"
    if name in {"-h", "--help", "help"}:
        print(_help())
        sys.exit(0)
    if name not in COMMANDS:
        stop(f"commande inconnue : {name} ; connues : {', '.join(COMMANDS)}", 2)
    return COMMANDS[name]


def main(argv: list[str]) -> int:
    """Run a command inside the prepared environment; the exit status."""
    try:
        return command(argv).run(Config.from_environ(os.environ), argv[1:])
    except (Misconfigured, SetupFailed) as e:
        stop(str(e))
    except KeyboardInterrupt:
        stop("interrompu", 130)


def _serve(config: Config, _rest: list[str]) -> int:
    from webapp.setup.serve import serve

    return serve(config, web=True, work=True)


def _web(config: Config, _rest: list[str]) -> int:
    from webapp.setup.serve import serve

    return serve(config, web=True, work=False)


def _work(config: Config, _rest: list[str]) -> int:
    from webapp.setup.serve import serve

    return serve(config, web=False, work=True)


def _migrate(config: Config, _rest: list[str]) -> int:
    from webapp.setup.serve import migrate

    return migrate(config)


def _seed(config: Config, _rest: list[str]) -> int:
    from webapp.setup.serve import seed

    return seed(config)


def _firm(config: Config, rest: list[str]) -> int:
    if len(rest) != 2:  # noqa: PLR2004  a name and an address
        stop("usage : python3 -m webapp firm NOM COURRIEL", 2)
    from webapp.setup.serve import with_database

    with with_database(config):
        from webapp.firm.commands import found

        name, address = rest
        found(name, address, owner_url=config.database_owner_url)
    return 0


def _renew(config: Config, rest: list[str]) -> int:
    if len(rest) != 1:
        stop("usage : python3 -m webapp renew COURRIEL", 2)
    from webapp.setup.serve import with_database

    with with_database(config):
        from webapp.firm.commands import renew

        renew(rest[0], owner_url=config.database_owner_url)
    return 0


def _policy(_config: Config, _rest: list[str]) -> int:
    from tenants.policy import printed

    print(printed())
    return 0


def _bench(config: Config, rest: list[str]) -> int:
    from webapp.setup.serve import with_database

    with with_database(config):
        from webapp.bench import main as bench

        return int(bench(rest) or 0)


def _lock(config: Config, rest: list[str]) -> int:
    from webapp.setup.lock import lock

    return lock(config, rest)


def _test(config: Config, rest: list[str]) -> int:
    from webapp.setup.checks import check

    return check(config, rest)


COMMANDS = {
    c.name: c
    for c in (
        Command(
            "serve", "pages and jobs, after preparing the database (the default)", _serve, shows_pages=True
        ),
        Command("web", "pages alone", _web, shows_pages=True),
        Command("work", "jobs alone", _work),
        Command("migrate", "make the database's roles and bring its tables up to date", _migrate),
        Command("seed", "write the demonstration data", _seed),
        Command("firm", "NAME EMAIL: make a firm and invite its owner", _firm),
        Command("renew", "EMAIL: let an owner who lost every means of signing in set up new ones", _renew),
        Command("policy", "print who may do what", _policy),
        Command("bench", "fixtures and measures for load tests", _bench, shows_pages=True, develops=True),
        Command("lock", "write the lock files again; --upgrade: newer versions", _lock, develops=True),
        Command(
            "test",
            "every check; with arguments, pytest alone; --deep: the long versions",
            _test,
            shows_pages=True,
            develops=True,
        ),
    )
}


def _help() -> str:
    """Commands and variables, from the tables that drive them."""
    commands = "\n".join(f"  {c.name:<9}{c.meaning}" for c in COMMANDS.values())
    variables = "\n".join(
        f"  {name:<25}{meaning}{f' [{default}]' if default else ''}" for name, default, meaning in meanings()
    )
    return f"python3 -m webapp [command]\n\n{commands}\n\nEnvironment\n{variables}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
