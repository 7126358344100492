"""By a link: write one's expectations, confirm a request written for oneself, sign a version, read what was signed."""

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from wtforms import HiddenField
from wtforms.validators import Length

from tenants.documents import operations as documents
from tenants.documents.texts import canonical, canonical_hash
from tenants.mission.agreement import expectations, signing, texts, versions
from tenants.mission.agreement.headings import HEADINGS, LIMITS
from tenants.mission.agreement.versions_models import AgreementVersion
from tenants.mission.queries import Frame
from tenants.policy import Do
from tenants.refusals import Refused
from webapp import access, formats
from webapp.forms import Form, Paragraphs
from webapp.mission import names
from webapp.mission.agreement import binding_load, load, version_shown, version_text
from webapp.mission.agreement.words import ASKED, HINTS
from webapp.tasks import proving
from webapp.tasks.registry import NO_TOKEN, Again, Kind

LIMIT = LIMITS[expectations.KIND]


# -- expectations -------------------------------------------------------------------------------


class ExpectForm(Form):
    """What one expects, under the five headings."""

    hopes = Paragraphs(validators=[Length(max=LIMIT)])
    brings = Paragraphs(validators=[Length(max=LIMIT)])
    success = Paragraphs(validators=[Length(max=LIMIT)])
    fears = Paragraphs(validators=[Length(max=LIMIT)])
    needs = Paragraphs(validators=[Length(max=LIMIT)])


def _expected(frame: Frame) -> dict[str, Any]:
    me = access.actor().contact_id
    row = expectations.of_author(frame.id, me) if me is not None else None
    words = row.texts if row is not None else {}
    if row is not None and row.document_id is not None:
        words = documents.current([row.document_id]).get(row.document_id, {})
    form = ExpectForm(formdata=None, meta=NO_TOKEN)
    for heading in HEADINGS:
        form[heading].data = words.get(heading, "")
    return {
        "form": form,
        "fields": [(h, ASKED[h](), HINTS[h]()) for h in HEADINGS],
        "ready": row is not None and row.ready_at is not None,
        "saved": False,
        "limit": LIMIT,
        "refused": None,
    }


def _expect(frame: Frame) -> None:
    form = ExpectForm(request.form, meta=NO_TOKEN)
    for heading in HEADINGS:
        if len(canonical(form[heading].data or "")) > LIMIT:
            form[heading].errors = [_("%(max)d caractères au plus.", max=LIMIT)]
    if any(form[h].errors for h in HEADINGS):
        raise Again(422, form=form)
    actor = access.actor()
    expectations.begin(frame, by=actor)
    row = expectations.of_author(frame.id, actor.contact_id) if actor.contact_id is not None else None
    if row is None or row.document_id is None:
        raise Refused("agreement.moved")
    documents.rewrite(row.document_id, {h: form[h].data or "" for h in HEADINGS}, row.author_id)
    if request.form.get("act") != "ready":
        raise Again(200, saved=True)
    expectations.ready(access.renew(frame.id) or frame, by=access.actor())


# -- a request written for oneself --------------------------------------------------------------


class SeenForm(Form):
    """The hash of the words that were read."""

    seen = HiddenField()


def _request(held: load.Held) -> dict[str, Any]:
    words = _words(held)
    row = held.row
    return {
        "words": words,
        "seen": canonical_hash([words]),
        "said": _(
            "%(who)s, pour %(asker)s, d’après leur entretien du %(day)s",
            who=names.first_name(held.frame, row.author_id),
            asker=names.first_name(held.frame, row.for_id),
            day=formats.short_day(row.heard_on),
        )
        if row.heard_on is not None
        else names.first_name(held.frame, row.author_id),
    }


def _confirm(held: load.Held) -> None:
    if SeenForm.read(meta=NO_TOKEN).seen.data != canonical_hash([_words(held)]):
        raise Refused("agreement.moved")
    texts.confirm(held.row, held.frame, by=access.actor())


def _confirmed(held: load.Held) -> bool:
    row = held.row
    asked = access.actor().contact_id in texts.confirmers(row, held.frame)
    return not asked or row.kept_at is None or row.confirmed_at is not None


def _words(held: load.Held) -> str:
    return documents.current([held.row.document_id]).get(held.row.document_id, {}).get("text", "")


# -- signing ------------------------------------------------------------------------------------


def _version(row: AgreementVersion) -> dict[str, Any]:
    frame = g.frame
    return {
        "v": row,
        "text": version_text.view(frame, versions.content_of(row)),
        "version_title": version_shown.title(row),
        "proposed": _(
            "Proposée par %(who)s %(moment)s. Le texte ne bouge plus.",
            who=names.first_name(frame, row.proposed_by),
            moment=formats.on_moment(row.proposed_at),
        ),
        **proving.shown(version_shown.statement(row)),
    }


def _sign(row: AgreementVersion) -> None:
    form, proof = proving.by_code(row.hash, version_shown.statement(row))
    signing.sign(row, g.frame, form.hash.data or "", proof, by=access.actor())


def _signed(row: AgreementVersion) -> bool:
    """Reopened, in force, of others, or signed by this reader already: a link made before signs nothing."""
    me = access.actor().contact_id
    if row.reopened_at is not None or row.in_force_at is not None or me not in signing.required(row):
        return True
    return me in signing.signed(row)


KINDS = (
    Kind(
        Do.EXPECTATION_SAY,
        lambda: _("Écrire vos attentes"),
        lambda: _("Vous avez dit « prêt »"),
        "expectations",
        lambda mission_id, _subject: load.reading(mission_id),
        _expected,
        _expect,
    ),
    Kind(
        Do.REQUEST_CONFIRM,
        lambda: _("Confirmer la demande écrite pour vous"),
        lambda: _("Vous l’avez confirmée"),
        "request",
        lambda mission_id, _subject: load.request(mission_id),
        _request,
        _confirm,
        over=_confirmed,
    ),
    Kind(
        Do.VERSION_SIGN,
        lambda: _("Lire et signer l’accord de cadrage"),
        lambda: _("Votre signature est enregistrée"),
        "sign",
        binding_load.version,
        _version,
        _sign,
        over=_signed,
    ),
    Kind(
        Do.VERSION_READ,
        lambda: _("Lire l’accord de cadrage"),
        lambda: _("Vous l’avez lu"),
        "agreement",
        binding_load.version,
        _version,
        None,
    ),
)
