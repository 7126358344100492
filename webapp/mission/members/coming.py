"""Somebody comes later: chosen or written down by staff, announced before they read."""

from typing import Any

from flask import Response

from tenants.company import queries as company
from tenants.db import db
from tenants.mission import operations
from tenants.mission.models import Mission
from tenants.mission.operations import Taking
from tenants.mission.queries import Frame
from tenants.policy import Do, Role
from tenants.refusals import Incorrect
from webapp.access import actor, allows
from webapp.company import lines as form_lines
from webapp.company.forms import ComerForm, faults
from webapp.company.words import said
from webapp.forms import Invalid
from webapp.mission import layout
from webapp.mission.members import load
from webapp.mission.members.room import room
from webapp.pages import go, show


@room.get("/new")
@allows(Do.PARTICIPATION_INVITE, load.frame)
def new_person(frame: Frame) -> Response:
    """The form, blank."""
    return _page(frame, ComerForm(formdata=None, people=[{}], **_choices(frame)))


@room.post("/new")
@allows(Do.PARTICIPATION_INVITE, load.frame)
def add_person(frame: Frame) -> Response:
    """Write them down, announce them, invite them."""
    try:
        form = ComerForm.read(**_choices(frame))
        taking = form_lines.takings(frame.company_id, form, by=actor())[0]
        managed = {
            s.contact_id
            for s in frame.seats
            if str(s.strand_id) == form.mentee.data and s.role is Role.MENTEE
        }
        operations.add_person(
            db.session.get_one(Mission, (frame.company_id, frame.id)),
            Taking(taking.contact_id, taking.roles, frozenset(managed)),
            invitation_id=form.invitation.data,
            by=actor(),
        )
    except Invalid as bad:
        return _page(frame, bad.form, 422)
    except Incorrect as wrong:
        form.present[0].roles.errors = [said(wrong)]
        return _page(frame, form, 422)
    return go("mission_people.page", mission_id=frame.id)


def _choices(frame: Frame) -> dict[str, Any]:
    mentees = [(s.id, m.name) for s in frame.strands if (m := frame.mentee_of(s.id)) is not None]
    return {"contacts": company.contacts(frame.company_id), "mentees": mentees if len(mentees) > 1 else []}


def _page(frame: Frame, form: ComerForm, status: int = 200) -> Response:
    return show(
        "mission/people/new.html",
        "_new_person.html",
        status=status,
        **layout.context(frame, "people"),
        form=form,
        faults=faults(form),
    )
