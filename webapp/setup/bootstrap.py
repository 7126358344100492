"""What `python3 -m webapp` does before the command itself: `.venv`, static/dist, then the command under that Python.

The command replaces this process (exec), so signals and containers meet the process that they started.
"""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from webapp import cli
from webapp.config import ROOT, Config, Misconfigured
from webapp.setup import assets, places, venv
from webapp.setup.progress import SetupFailed, stop


def bootstrap(argv: list[str]) -> NoReturn:
    """Prepare what is missing, then run the command. Ends with one clear line when something cannot be had."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)  # as Ctrl-C does: the program that we wait for ends too
    try:
        command = cli.command(argv)
        environ = _prepare(command, Config.from_environ(os.environ))
    except (Misconfigured, SetupFailed) as e:
        stop(str(e))
    except KeyboardInterrupt:
        stop("interrompu pendant la préparation", 130)
    os.chdir(ROOT)
    python = environ.pop("PREPARED_PYTHON")
    os.execve(python, [python, "-X", "utf8", "-m", "webapp.cli", *argv], environ)


def _prepare(command: cli.Command, config: Config) -> dict[str, str]:
    home = places.make_home(config.home)
    with places.alone(home):
        python = venv.ensure(home, "dev" if command.develops else "run")
        dist = assets.ensure(home, packages=command.develops) if command.shows_pages else config.dist
    given = {"PREPARED_PYTHON": str(python), "TRIALOGUE_HOME": str(home), "TRIALOGUE_DIST": str(dist)}
    return places.tool_environment(home) | given


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    sys.stderr.flush()
    raise KeyboardInterrupt
