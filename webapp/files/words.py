"""The words of a file: its kind, its size, why it is refused."""

from typing import Any

from flask_babel import gettext

from webapp.errors import Words, refusal
from webapp.formats import number, size


def missing() -> str:
    """Nothing was chosen."""
    return gettext("Choisissez un fichier.")


_KINDS = {
    "application/pdf": lambda: gettext("PDF"),
    "image/png": lambda: gettext("image"),
    "image/jpeg": lambda: gettext("image"),
    "image/webp": lambda: gettext("image"),
    "text/plain": lambda: gettext("texte"),
    "text/csv": lambda: gettext("tableau"),
}


def kind(mimetype: str) -> str:
    """« PDF », « image », « tableau », « diaporama », « document »."""
    if mimetype in _KINDS:
        return _KINDS[mimetype]()
    if "sheet" in mimetype:
        return gettext("tableau")
    return gettext("diaporama") if "presentation" in mimetype else gettext("document")


def _kept() -> str:
    return gettext("Rien n’a été envoyé ; ce que vous avez écrit est encore dans la page.")


def _words(title: str, todo: str) -> Words:
    return Words(title, todo, _kept(), bad=True)


def _taken() -> str:
    return gettext(
        "Sont acceptés : PDF, images (PNG, JPEG, WebP), Word, Excel, PowerPoint, OpenDocument, texte et CSV."
    )


@refusal("file.empty")
def _empty(values: dict[str, Any]) -> Words:
    return _words(gettext("Ce fichier est vide"), gettext("Choisissez-en un autre."))


@refusal("file.large")
def _large(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Ce fichier est trop lourd"),
        gettext("La limite est de %(size)s.", size=size(values["limit"])),
    )


@refusal("file.kind")
def _kind(values: dict[str, Any]) -> Words:
    return _words(gettext("Ce type de fichier n’est pas accepté"), _taken())


@refusal("file.two_natures")
def _two_natures(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Ce fichier en contient un autre"),
        gettext("Son contenu se lit de deux façons. Enregistrez-le de nouveau, puis envoyez cette copie."),
    )


@refusal("file.broken")
def _broken(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Ce fichier est abîmé ou incomplet"),
        gettext("Vérifiez qu’il s’ouvre chez vous, enregistrez-le de nouveau, puis envoyez cette copie."),
    )


@refusal("file.pixels")
def _pixels(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Cette image est trop grande"),
        gettext(
            "Elle mesure %(width)s × %(height)s points ; réduisez-la à %(side)s points de côté au plus.",
            width=number(values["width"]), height=number(values["height"]), side=number(values["side"]),
        ),
    )  # fmt: skip


@refusal("file.unpacked")
def _unpacked(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Ce fichier est trop lourd une fois ouvert"),
        gettext("La limite est de %(size)s. Allégez-en les images, ou partagez-le en plusieurs.", size=size(values["limit"])),
    )  # fmt: skip


@refusal("file.macros")
def _macros(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Ce fichier contient des macros"),
        gettext("Enregistrez-le sans macros, puis envoyez cette copie."),
    )


@refusal("file.locked")
def _locked(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Ce fichier est protégé par un mot de passe"),
        gettext("Enregistrez-le sans mot de passe, puis envoyez cette copie."),
    )


@refusal("file.taken")
def _taken_id(values: dict[str, Any]) -> Words:
    return _words(
        gettext("Cet envoi a déjà servi"),
        gettext("Rechargez la page, puis choisissez le fichier de nouveau."),
    )
