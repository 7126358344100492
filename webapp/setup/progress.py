"""One line a step, on standard error: standard output is kept for the line that says it is ready."""

import sys
import time
from typing import NoReturn

_START = time.monotonic()


class SetupFailed(Exception):
    """Something cannot be had; the message is the one line to show."""


def say(line: str) -> None:
    """A step, with the seconds since the start."""
    print(f"[{time.monotonic() - _START:5.1f} s] {line}", file=sys.stderr, flush=True)


def stop(reason: str, status: int = 1) -> NoReturn:
    """End with one clear line."""
    print(f"Trialogue s’arrête : {reason}", file=sys.stderr, flush=True)
    sys.exit(status)
