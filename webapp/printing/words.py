"""The words of refusals: checking a file, replacing a firm's key."""

from typing import Any

from flask_babel import gettext

from webapp.errors import Words, refusal


@refusal("verify.often")
def _often(values: dict[str, Any]) -> Words:
    return Words(
        gettext("Trop de fichiers en peu de temps"),
        gettext("Attendez une minute, puis recommencez."),
        gettext("Le fichier n’a pas été lu."),
    )


@refusal("verify.busy")
def _busy(values: dict[str, Any]) -> Words:
    return Words(
        gettext("D’autres fichiers sont en cours de lecture"),
        gettext("Recommencez dans un instant."),
        gettext("Le fichier n’a pas été lu."),
    )


_SEALS = {
    "seal.unreadable": lambda: gettext("Le fichier ne s’ouvre pas avec ce mot de passe."),
    "seal.no_key": lambda: gettext("Ce fichier ne contient pas de clé avec son certificat."),
    "seal.weak": lambda: gettext("Cette clé est trop courte : RSA de 2 048 bits au moins, ou courbe P-256, P-384, P-521."),
    "seal.expired": lambda: gettext("Ce certificat n’est pas valable aujourd’hui."),
    "seal.not_for_signing": lambda: gettext("Ce certificat n’est pas fait pour sceller des documents."),
    "seal.known": lambda: gettext("Ce certificat est déjà celui d’un cabinet."),
}  # fmt: skip


def of_seal(name: str) -> str:
    """Beside the field."""
    return _SEALS[name]()


def _registered(name: str) -> None:
    @refusal(name)
    def _words(values: dict[str, Any]) -> Words:
        return Words(gettext("Cette clé n’a pas été prise"), of_seal(name), bad=True)


for _name in _SEALS:
    _registered(_name)
