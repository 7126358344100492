"""Answering a version: sign it by a code or a passkey given for that very text, ask for a change, refuse, talk first."""

import uuid
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, url_for

from tenants.mission.agreement import signing
from tenants.mission.agreement.versions_models import AgreementVersion, Talk
from tenants.policy import Do
from tenants.refusals import Refused
from webapp import access
from webapp.access import allows
from webapp.auth.words import sentence
from webapp.forms import Form, Invalid
from webapp.mission.agreement import binding_forms, binding_load, proving, version_shown, versions_views
from webapp.pages import go, show

answers = Blueprint(
    "agreement_signing", __name__,
    url_prefix="/<company>/missions/<uuid:mission_id>/agreement/versions/<uuid:version_id>",
)  # fmt: skip


@answers.post("/signature")
@allows(Do.VERSION_SIGN, binding_load.version)
def sign(version: AgreementVersion) -> Any:
    """The tick first; then a proof for this text; then the signature. Without scripts, each is a form."""
    evidence, form, answer = proving.step(_act(version))
    if evidence is None:
        return answer
    signing.sign(version, g.frame, form.hash.data or "", evidence, by=access.actor())
    return _there(version, "signatures")


@answers.post("/signature/passkey")
@allows(Do.VERSION_SIGN, binding_load.version)
def sign_by_passkey(version: AgreementVersion) -> Any:
    """A key shown for this text, once it was ticked."""
    try:
        signing.sign(version, g.frame, version.hash, proving.by_passkey(_act(version)), by=access.actor())
    except Refused as refused:
        return make_response(jsonify(message=sentence(refused)), refused.status)
    return jsonify(next=_place(version, "signatures"))


@answers.get("/change")
@allows(Do.VERSION_SIGN, binding_load.version)
def change(version: AgreementVersion) -> Any:
    """What to change and why, asked before it reopens."""
    return _ask(version, "change", binding_forms.ChangeForm(formdata=None))


@answers.post("/change")
@allows(Do.VERSION_SIGN, binding_load.version)
def ask_change(version: AgreementVersion) -> Any:
    """It is written again, for this reason."""
    try:
        form = binding_forms.ChangeForm.read()
    except Invalid as bad:
        return _ask(version, "change", bad.form, 422)
    signing.ask_change(version, g.frame, form.reason.data or "", by=access.actor())
    return go("agreement_versions.index", mission_id=version.mission_id)


@answers.get("/refusal")
@allows(Do.VERSION_SIGN, binding_load.version)
def refusal(version: AgreementVersion) -> Any:
    """A refusal needs no reason."""
    return _ask(version, "refusal", binding_forms.RefusalForm(formdata=None))


@answers.post("/refusal")
@allows(Do.VERSION_SIGN, binding_load.version)
def refuse(version: AgreementVersion) -> Any:
    """« Je ne signe pas »."""
    try:
        form = binding_forms.RefusalForm.read()
    except Invalid as bad:
        return _ask(version, "refusal", bad.form, 422)
    signing.refuse(version, g.frame, form.reason.data or "", by=access.actor())
    return _there(version, "signatures")


@answers.get("/talk")
@allows(Do.VERSION_TALK, binding_load.version)
def talk(version: AgreementVersion) -> Any:
    """« En parler d’abord »."""
    return _ask(version, "talk", binding_forms.TalkForm(formdata=None, talk_id=uuid.uuid4()))


@answers.post("/talk")
@allows(Do.VERSION_TALK, binding_load.version)
def talk_first(version: AgreementVersion) -> Any:
    """To the mentor alone."""
    try:
        form = binding_forms.TalkForm.read()
    except Invalid as bad:
        return _ask(version, "talk", bad.form, 422)
    signing.talk_first(
        version, g.frame, form.talk_id.data or uuid.uuid4(), form.text.data or "", by=access.actor()
    )
    return _there(version, "talks")


heard = Blueprint(
    "agreement_talks", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/agreement/talks"
)


@heard.post("/<uuid:talk_id>/answer")
@allows(Do.VERSION_HEAR, binding_load.talk)
def hear(row: Talk) -> Any:
    """The mentor has talked with them."""
    Form.read()
    signing.heard(row, by=access.actor())
    return go("agreement_versions.index", mission_id=row.mission_id)


# -- what they share ------------------------------------------------------------------------------


def _act(version: AgreementVersion) -> proving.Act:
    return proving.Act(
        name=version_shown.act_of(version),
        statement=version_shown.statement(version),
        place=_place(version),
        there=lambda: _there(version, "sign"),
        page=lambda form, status: _page(version, status, form),
        done=lambda: access.actor().contact_id in signing.signed(version),
    )


def _ask(version: AgreementVersion, what: str, form: Form, status: int = 200) -> Response:
    """A question of its own, before an act."""
    context = versions_views.of_version(version)
    return show("mission/agreement/answer.html", None, status=status, what=what, answer=form, **context)


def _page(version: AgreementVersion, status: int, form: binding_forms.SignForm) -> Response:
    return show(versions_views.ONE, None, status=status, **versions_views.of_version(version, form=form))


def _place(version: AgreementVersion, anchor: str = "sign") -> str:
    return url_for(
        "agreement_versions.one", mission_id=version.mission_id, version_id=version.id, _anchor=anchor
    )


def _there(version: AgreementVersion, anchor: str) -> Response:
    return go("agreement_versions.one", mission_id=version.mission_id, version_id=version.id, _anchor=anchor)
