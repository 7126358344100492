"""All that the environment may say, each variable with its type, its default and a line of meaning.

Standard library only: the bootstrap reads it before anything is installed, so that a wrong name costs no download.
"""

import dataclasses
import difflib
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
DEVELOPMENT_SECRET = "development-only-secret-never-in-production"  # noqa: S105  refused in production, below
SECRET_LENGTH = 32
NOWHERE = Path()
APPLICATION = "trialogue_app"  # the role that serves people


class Misconfigured(Exception):
    """The environment is wrong or unsafe; the message is the one line to show."""


def _flag(text: str) -> bool:
    """'1', 'on', 'yes', 'true' and their contraries."""
    words = {
        "1": True,
        "on": True,
        "yes": True,
        "true": True,
        "0": False,
        "off": False,
        "no": False,
        "false": False,
    }
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError("1 ou 0") from None


def _environment(text: str) -> str:
    if text not in {"development", "production"}:
        raise ValueError("development ou production")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004  the highest port there is
        raise ValueError("un nombre de 0 à 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ValueError("un nombre, 1 ou plus")
    return int(text)


def _postgres(text: str) -> str:
    """Kept in the form that psycopg reads; `engine_url` gives SQLAlchemy's."""
    url = text.replace("postgresql+psycopg://", "postgresql://", 1).replace("postgres://", "postgresql://", 1)
    if not url.startswith("postgresql://"):
        raise ValueError("une adresse postgresql://…")
    return url


def _web(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError("une adresse http(s)://hôte, sans chemin")
    return text.rstrip("/")


def _address(text: str) -> str:
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
        raise ValueError("une adresse http(s)://hôte/chemin")
    return text


def _smtp(text: str) -> str:
    if urlsplit(text).scheme not in {"smtp", "smtps"} or not urlsplit(text).hostname:
        raise ValueError("une adresse smtp://hôte:port")
    return text


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _variable(name: str, meaning: str, default: Any = "", read: Callable[[str], Any] = str) -> Any:
    secret = name.endswith(("_URL", "_SECRET"))  # logins stay out of logs and tracebacks
    return field(default=default, repr=not secret, metadata={"name": name, "meaning": meaning, "read": read})


@dataclass(frozen=True)
class Config:
    """The whole configuration; an empty variable counts as absent."""

    database_url: str = _variable(
        "DATABASE_URL", "the application's login; empty: the embedded server", read=_postgres
    )
    database_owner_url: str = _variable(
        "DATABASE_OWNER_URL", "the tables' owner, for `migrate`", read=_postgres
    )
    environment: str = _variable("TRIALOGUE_ENV", "development or production", "development", _environment)
    demo: bool = _variable(
        "TRIALOGUE_DEMO", "demonstration people; default: on without DATABASE_URL", False, _flag
    )
    home: Path = _variable("TRIALOGUE_HOME", "where data lives", ROOT / "instance", _folder)
    files: Path = _variable(
        "TRIALOGUE_FILES",
        "where files that were sent or sealed lie; default: below the home",
        NOWHERE,
        _folder,
    )
    dist: Path = _variable(
        "TRIALOGUE_DIST", "the built scripts and styles", ROOT / "static" / "dist", _folder
    )
    host: str = _variable("TRIALOGUE_HOST", "address to listen on", "127.0.0.1")
    port: int = _variable("TRIALOGUE_PORT", "port to listen on; 0: any free one", 8000, _port)
    tsa_url: str = _variable(
        "TRIALOGUE_TSA_URL", "timestamping authority (RFC 3161) of the seals; empty: none", read=_address
    )
    public_url: str = _variable("TRIALOGUE_PUBLIC_URL", "address that people type; used in mails", "", _web)
    secret: str = _variable(
        "TRIALOGUE_SECRET", "signs forms, derives the logins' passwords", DEVELOPMENT_SECRET
    )
    web_processes: int = _variable("TRIALOGUE_WEB_PROCESSES", "how many web processes", 1, _count)
    smtp_url: str = _variable("TRIALOGUE_SMTP_URL", "mail server: smtp://user:password@host:port", read=_smtp)
    mail_from: str = _variable(
        "TRIALOGUE_MAIL_FROM", "sender of mails", "Trialogue <ne-pas-repondre@localhost>"
    )
    demo_mails: str = _variable(
        "TRIALOGUE_DEMO_MAILS", "where the demonstration's mails are read; set by `serve`"
    )
    pg_bin: str = _variable("TRIALOGUE_PG_BIN", "folder of PostgreSQL programs, instead of the wheel's")
    pg_user: str = _variable("TRIALOGUE_PG_USER", "as root: the account that runs PostgreSQL", "postgres")
    test_url: str = _variable(
        "TRIALOGUE_TEST_URL", "tests: a server to make databases and roles on", read=_postgres
    )
    test_deep: bool = _variable(
        "TRIALOGUE_TEST_DEEP", "tests: the long versions; set by `test --deep`", False, _flag
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Config":
        """Raises Misconfigured for an unknown TRIALOGUE_* name, a value of the wrong kind, or unsafe production."""
        known = {f.metadata["name"]: f for f in dataclasses.fields(cls)}
        for name in environ:
            if name.startswith("TRIALOGUE_") and name not in known:
                raise Misconfigured(f"variable inconnue : {name}{_nearest(name, known)}")
        given = {f.name: _read(f, environ[name]) for name, f in known.items() if environ.get(name)}
        given.setdefault("demo", not given.get("database_url") and given.get("environment") != "production")
        # in production it is named: what lies in a container's own folder ends with the container
        if given.get("environment") != "production":
            given.setdefault("files", given.get("home", ROOT / "instance") / "files")
        given.setdefault("public_url", f"http://localhost:{given.get('port', 8000)}")
        given["database_url"] = _entered(
            given.get("database_url", ""), given.get("secret", DEVELOPMENT_SECRET)
        )
        config = cls(**given)
        for fault in config.unsafe():
            raise Misconfigured(f"réglage de production refusé : {fault}")
        return config

    @property
    def production(self) -> bool:
        """Whether real people's data is served."""
        return self.environment == "production"

    @property
    def secure(self) -> bool:
        """Whether people come by https: cookies then take the `__Host-` name."""
        return self.public_url.startswith("https://")

    def role_url(self, role: str) -> str:
        """The login URL of another database role on the same database."""
        if not self.database_url:
            raise Misconfigured("DATABASE_URL manque : aucune base n’est choisie")
        return with_login(self.database_url, role, role_password(self.secret, role))

    def unsafe(self) -> list[str]:
        """What no production start may have, in the words to show."""
        if not self.production:
            return []
        faults = {
            "TRIALOGUE_DEMO ouvrirait tous les comptes": self.demo,
            "DATABASE_URL manque": not self.database_url,
            f"TRIALOGUE_SECRET doit être donné, {SECRET_LENGTH} caractères au moins": self.secret
            == DEVELOPMENT_SECRET
            or len(self.secret) < SECRET_LENGTH,
            "TRIALOGUE_PUBLIC_URL doit commencer par https://": not self.secure,
            "TRIALOGUE_SMTP_URL manque : aucun courriel ne partirait": not self.smtp_url,
            "TRIALOGUE_FILES manque : les fichiers ne seraient gardés nulle part": self.files == NOWHERE,
            "TRIALOGUE_DEMO_MAILS montrerait les courriels": bool(self.demo_mails),
        }
        return [words for words, wrong in faults.items() if wrong]


def _entered(url: str, secret: str) -> str:
    """DATABASE_URL with its password: `postgresql://trialogue_app@host/base` leaves it to the secret."""
    parts = urlsplit(url)
    if parts.username == APPLICATION and parts.password is None:
        return with_login(url, APPLICATION, role_password(secret, APPLICATION))
    return url


def role_password(secret: str, role: str) -> str:
    """HMAC-SHA256 of the role's name: nothing more to store, and each role has its own."""
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


def with_login(url: str, user: str, password: str) -> str:
    """The same server and database, entered by somebody else."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{place}"))


def engine_url(url: str) -> str:
    """The form that SQLAlchemy reads."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def meanings() -> list[tuple[str, str, str]]:
    """Each variable's name, default and meaning, for the help page and the README's law."""
    rows = []
    for f in dataclasses.fields(Config):
        default = "" if f.default == NOWHERE else str(f.default)
        default = default.removeprefix(f"{ROOT}/") if isinstance(f.default, Path) else default
        rows.append((f.metadata["name"], default, f.metadata["meaning"]))
    return rows


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    return f" (vouliez-vous {near[0]} ?)" if near else ""


def _read(f: dataclasses.Field[Any], text: str) -> Any:
    try:
        return f.metadata["read"](text)
    except ValueError as e:
        raise Misconfigured(f"{f.metadata['name']} : {e}") from None
