"""The firm's key as the worker gets it: the one in force, or a new one where there is none to use."""

import logging
import uuid

from flask import current_app

from webapp.formats import now
from webapp.printing import keys
from webapp.work.queue import as_queue

_log = logging.getLogger(__name__)
_MAKE = "select make_firm_key(%s, %s, %s, %s, %s, %s, %s)"


def key_of_firm(firm_id: uuid.UUID, name: str) -> keys.Opened:
    """Made at the first need; made anew when one of ours has ended or was encrypted under a secret that has changed.

    Raises keys.Unreadable for one that the firm brought and that does not open: only its owner can bring it again.
    """
    secret = current_app.extensions["trialogue"].secret
    with as_queue() as connection:
        row = connection.execute("select * from firm_key_in_force(%s)", (firm_id,)).fetchone()
        if row is not None:
            key_id, origin, certificates, kept, expires_at = row
            try:
                found = keys.opened(secret, firm_id, key_id, certificates, kept, origin)
            except keys.Unreadable:
                if origin == "given":
                    _log.error(
                        "the key that firm %s brought does not open under this TRIALOGUE_SECRET", firm_id
                    )
                    raise
            else:
                if origin == "given" or expires_at > now():
                    return found
        made = keys.make(secret, firm_id, name, now())
        values = (
            firm_id, made.id, row[0] if row else None, made.certificates, made.fingerprint, made.secret, made.expires_at,
        )  # fmt: skip
        new = connection.execute(_MAKE, values).fetchone()
    if new is None or not new[0]:  # another worker was quicker
        return key_of_firm(firm_id, name)
    return keys.opened(secret, firm_id, made.id, made.certificates, made.secret)
