"""What an operator does for a firm: ``firm NAME EMAIL`` makes one and invites its first owner; ``renew EMAIL`` lets an
owner who lost every means of signing in set up new ones.
"""

import os
import re
import sys

import psycopg

from tenants.firm import operations, renewals
from tenants.people import tokens
from webapp.auth.forms import SHAPE
from webapp.config import Config, Misconfigured, role_password, with_login
from webapp.live import bus


def found(name: str, address: str, owner_url: str = "") -> None:
    """Make the firm, as the tables' owner. Prints the link where no mail can leave (development), else says that one goes.

    Raises Misconfigured with one line for an address that is none, or without the owner's login.
    """
    name, address = " ".join(name.split()), address.strip()
    if not name or not re.fullmatch(SHAPE, address):
        raise Misconfigured("usage : python3 -m webapp firm NOM COURRIEL (un nom, une adresse complète)")
    config = Config.from_environ(os.environ)
    try:
        with psycopg.connect(owner_url or _owner_url(config)) as connection:
            staff_id = operations.found(connection, name=name, owner=_called(address), address=address)
    except psycopg.OperationalError:
        raise Misconfigured("DATABASE_OWNER_URL manque : `firm` agit comme propriétaire des tables") from None
    if config.production or config.smtp_url:
        _say(f"{name} est créé. Une invitation part à {address}, valable 14 jours.")
        return
    _say(f"{name} est créé. Lien d’invitation de {address} (14 jours, une seule fois) :")
    _say(f"{config.public_url}/invitations/staff/{_link(config, staff_id)}")


def renew(address: str, owner_url: str = "") -> None:
    """As an owner's own act for somebody else, told and late in the same way; their sign-ins end at once, sockets too.

    Raises Misconfigured with one line where no owner has that address, or without the owner's login.
    """
    config = Config.from_environ(os.environ)
    try:
        with psycopg.connect(owner_url or _owner_url(config)) as connection:
            ended = renewals.renew_owner(connection, address)
            connection.commit()
            for said in bus.packed("-", [f"revoked sign-in {sign_in_id}" for sign_in_id in ended or ()]):
                connection.execute("select pg_notify(%s, %s)", (bus.CHANNEL, said))
    except psycopg.OperationalError:
        raise Misconfigured(
            "DATABASE_OWNER_URL manque : `renew` agit comme propriétaire des tables"
        ) from None
    if ended is None:
        raise Misconfigured(f"aucune personne de la gérance d’un cabinet n’a l’adresse {address.strip()}")
    _say(
        f"{address.strip()} pourra choisir une nouvelle clé ou application par un code reçu à cette adresse,"
    )
    _say("dans 48 heures et pendant sept jours ; ses appareils sont déconnectés, des messages le lui disent.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _link(config: Config, staff_id: object) -> str:
    """As the worker would make it; if the worker sends one later, that one takes its place."""
    token = tokens.new_token()
    with psycopg.connect(config.role_url("trialogue_jobs")) as connection:
        connection.execute("select issue_staff_invitation(%s, %s)", (staff_id, tokens.link_hash(token)))
    return token


def _owner_url(config: Config) -> str:
    return with_login(config.database_url, "trialogue_owner", role_password(config.secret, "trialogue_owner"))


def _called(address: str) -> str:
    """« odile.brassenoy@… » is called Odile Brassenoy until they say otherwise, when they accept."""
    parts = re.split(r"[._\-+0-9]+", address.partition("@")[0])
    return " ".join(p.capitalize() for p in parts if p) or address
