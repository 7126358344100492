"""Codes, and what a person must learn about their own account."""

import uuid
from datetime import datetime

from flask import current_app
from psycopg.rows import dict_row

from tenants.people import codes
from tenants.people import queries as people
from webapp.formats import moment, now, on_moment, short_day, speaking
from webapp.mail.compose import Mail
from webapp.mail.deliver import deliver, link
from webapp.work.queue import as_queue, key, key_of_try, task


@task
def sign_in(request_id: str) -> None:
    """The code is made here, its hash committed, then it is sent and forgotten. Nobody acts: the address may be
    unknown, and then nothing leaves."""
    secret = current_app.config["SECRET_KEY"].encode()
    with as_queue() as connection:
        issued = codes.issue_code(connection, uuid.UUID(request_id), secret)
    if issued is None:
        return
    values = {
        "name": issued.name,
        "purpose": issued.purpose,
        "minutes": issued.minutes,
        "code": issued.code,
        "link": link("signing_in.link", token=issued.token) if issued.token else None,
    }
    deliver(Mail("sign_in", issued.address, issued.language, key_of_try(), values=values))


@task
def new_device(sign_in_id: str) -> None:
    """Tell a person that a browser they never used is signed in; nothing if it has been signed out since."""
    found = people.sign_in(uuid.UUID(sign_in_id))
    if found is not None:
        _tell("new_device", device=found.device, at=found.created_at)


@task
def access_changed(what: str) -> None:
    """Tell a person that a way into their account was added, taken away or set."""
    _tell("access_changed", at=now())


@task
def means_renewed(renewal_id: str) -> None:
    """New means of signing in were authorised: to every address of the person, and to the other owners. Nobody acts."""
    asked = "select * from renewal_told(%s)"
    with as_queue() as connection:
        told = connection.cursor(row_factory=dict_row).execute(asked, (uuid.UUID(renewal_id),)).fetchall()
    for row in told:
        with speaking(row["language"]):
            values = {
                "name": row["name"],
                "mine": row["mine"],
                "whose": row["whose"],
                "by": row["by_name"],
                "firm": row["firm"],
                "start": moment(row["from_at"]),
                "until": short_day(row["until_at"]),
                "link": link(HOME),
            }
        deliver(Mail("means_renewed", row["address"], row["language"], key(), values=values))


def _tell(template: str, *, at: datetime, **values: str) -> None:
    me = people.mail_address()
    if me is None:
        return
    address, name, language = me
    with speaking(language):
        words = values | {"name": name, "at": on_moment(at), "link": link(DEVICES)}
    deliver(Mail(template, address, language, key(), values=words))


DEVICES = "people.devices"
HOME = "home.index"
