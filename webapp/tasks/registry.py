"""What can be done by a link: one line a kind, which each room fills with its own reading and its own act."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tenants.db import now
from tenants.policy import Do

LONGEST = timedelta(days=30)  # of any link

NO_TOKEN: Mapping[str, Any] = {
    "csrf": False
}  # a form's meta: the address is the proof, and no cookie is given


class Again(Exception):
    """The act was not done: the page is shown again with ``more``, under that status. ``kept``: commit all the same."""

    def __init__(self, status: int, *, kept: bool = False, **more: Any) -> None:
        super().__init__(status)
        self.status, self.kept, self.more = status, kept, more


@dataclass(frozen=True)
class Kind:
    """``load`` finds the subject through the walls (None: it is no longer there), ``show`` gives its fragment's context.

    ``act`` does the one thing or raises ``Again``, ``Invalid`` or ``Refused``; None: there is nothing but to read, and
    the link is not used up. ``title`` and ``done`` say no content. ``until``: the subject's own date, None when it has
    none; ``over``: that nothing is awaited of this reader any more, so that the link opens nothing.
    """

    do: Do
    title: Callable[[], str]
    done: Callable[[], str]
    template: str
    load: Callable[[uuid.UUID, uuid.UUID], Any]
    show: Callable[[Any], dict[str, Any]]
    act: Callable[[Any], None] | None
    until: Callable[[Any], datetime | None] = lambda _subject: None
    over: Callable[[Any], bool] = lambda _subject: False

    @property
    def name(self) -> str:
        """What mail templates know it by."""
        return str(self.do)

    def lasts(self, subject: Any) -> datetime:
        """Until when a link made now opens it: its own date, a month at most."""
        latest, own = now() + LONGEST, self.until(subject)
        return latest if own is None else min(own, latest)


KINDS: dict[Do, Kind] = {}

# What is awaited, and the act that answers it. A kind of wait that is not here is answered on its page alone.
ANSWERS: dict[str, Do] = {
    "objective.assent": Do.OBJECTIVE_ASSENT,
    "roadmap.assent": Do.ROADMAP_ASSENT,
    "schedule.slot": Do.SCHEDULE_ANSWER,
    "schedule.review": Do.REVIEW_APPROVE,
    "agreement.sign": Do.VERSION_SIGN,
    "agreement.sign_dates": Do.DATES_SIGN,
    "agreement.accept": Do.DATES_ACCEPT,
    "agreement.expectations": Do.EXPECTATION_SAY,
    "agreement.request_confirm": Do.REQUEST_CONFIRM,
    "context.question": Do.QUESTION_ANSWER,
    "context.confirm": Do.QUESTION_CONFIRM,
}
