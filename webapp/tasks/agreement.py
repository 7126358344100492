"""By a link: write one's expectations, sign a version, read what was signed.

A signature asks for a code besides, sent for this very text. Which request it belongs to goes with the form, signed for
this link, since no cookie is given.
"""

import uuid
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms.validators import Length

from tenants.documents import operations as documents
from tenants.documents.texts import canonical
from tenants.mission.agreement import expectations, signing, versions
from tenants.mission.agreement.headings import HEADINGS, LIMITS
from tenants.mission.agreement.signing import Evidence
from tenants.mission.agreement.versions_models import AgreementVersion
from tenants.mission.queries import Frame
from tenants.people import codes
from tenants.people import queries as people
from tenants.people.codes import CodeRefused
from tenants.policy import Do
from tenants.refusals import Limited, Refused
from webapp import access, formats
from webapp.auth import acts, steps
from webapp.auth.words import sentence
from webapp.forms import Form, Paragraphs
from webapp.mission import names
from webapp.mission.agreement import binding_forms, binding_load, load, version_shown, version_text
from webapp.mission.agreement.words import ASKED, HINTS
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
    texts = row.texts if row is not None else {}
    if row is not None and row.document_id is not None:
        texts = documents.current([row.document_id]).get(row.document_id, {})
    form = ExpectForm(formdata=None, meta=NO_TOKEN)
    for heading in HEADINGS:
        form[heading].data = texts.get(heading, "")
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
        "statement": version_shown.statement(row),
        "open": row.in_force_at is None and row.reopened_at is None,
        "mailbox": acts.mailbox(people.person()),
        "step": None,
        "sent": "",
        "form": binding_forms.SignForm(formdata=None, meta=NO_TOKEN),
    }


def _sign(row: AgreementVersion) -> None:
    form = binding_forms.SignForm(request.form, meta=NO_TOKEN)
    if not form.ticked.data:
        form.ticked.errors = [_("Cochez que vous avez lu cette version : rien n’est coché d’avance.")]
        raise Again(422, form=form)
    step = _step(row)
    if step is None or form.send.data:
        raise _asks_a_code(row, form)
    if not form.validate():
        raise Again(422, form=form, step=request.form.get("step"), sent=acts.masked(step["to"]))
    try:
        codes.use(step["id"], form.code.data or "", secret=steps.secret(), purpose="fresh")
    except CodeRefused as refused:
        form.code.errors = [sentence(refused)]
        raise Again(
            422, kept=True, form=form, step=request.form.get("step"), sent=acts.masked(step["to"])
        ) from None
    proof = Evidence(
        "code", version_shown.statement(row), acts.masked(step["to"]), acts.network(), acts.device()
    )
    signing.sign(row, g.frame, form.hash.data or "", proof, by=access.actor())


def _asks_a_code(row: AgreementVersion, form: binding_forms.SignForm) -> Again:
    """A code leaves; the page comes again, with where to type it."""
    to = acts.mailbox(people.person())
    if to is None:
        form.code.errors = [sentence(Refused("act.no_mailbox"))]
        return Again(409, form=form)
    try:
        asked = codes.ask(to, secret=steps.secret(), ip=steps.ip(), purpose="fresh")
    except (Limited, Refused) as refused:
        form.code.errors = [sentence(refused)]
        return Again(refused.status, form=form)
    form.code.errors = []
    step = _signer(row).dumps({"id": str(asked), "to": to})
    return Again(200, form=form, step=step, sent=acts.masked(to))


def _step(row: AgreementVersion) -> dict[str, Any] | None:
    """The request for a code that this page made for this text by this link, if it did within the hour."""
    try:
        found = _signer(row).loads(request.form.get("step", ""), max_age=steps.ASKED_FOR)
        return {"id": uuid.UUID(found["id"]), "to": str(found["to"])}
    except (BadSignature, KeyError, TypeError, ValueError):
        return None


def _signer(row: AgreementVersion) -> URLSafeTimedSerializer:
    task = access.task()
    return URLSafeTimedSerializer(steps.secret(), salt=f"task-sign:{task.id if task else ''}:{row.hash}")


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
        Do.VERSION_SIGN,
        lambda: _("Lire et signer l’accord de cadrage"),
        lambda: _("Votre signature est enregistrée"),
        "sign",
        binding_load.version,
        _version,
        _sign,
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
