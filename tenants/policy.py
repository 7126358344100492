"""Who may do what: one table. It answers, prints itself, feeds the screen « Qui peut faire quoi » and judges the tests.

*Where* is the wall (404), *when* is the operation's guard (409), *what* is the form (422); here is *who* (403).
The signed matrix governs reading only, through READER; who may write is this table, the same for all.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenants.actors import Actor, Subject


class Role(StrEnum):
    """A relation between the actor and a subject, never a rank."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    MANAGER = "manager"
    SPONSOR = "sponsor"
    HR = "hr"
    COORDINATOR = "coordinator"
    OWNER = "owner"
    READER = "reader"  # one of the readers of the subject's zone
    AUTHOR = "author"  # wrote it
    OBSERVER = "observer"  # named as the observer of the objective
    SELF = "self"  # the subject is the actor's own account
    INVITED = "invited"  # holds the invitation


COMPANY_ROLES = (Role.MENTEE, Role.MENTOR, Role.MANAGER, Role.SPONSOR, Role.HR)
FIRM_ROLES = (Role.COORDINATOR, Role.OWNER)
PARTIES = (Role.MENTEE, Role.MENTOR, Role.MANAGER)


class Do(StrEnum):
    """An act, named ``room.verb``."""

    HOME_SEE = "home.see"
    PROFILE_SEE = "profile.see"
    PROFILE_EDIT = "profile.edit"
    SIGN_IN_REVOKE = "sign_in.revoke"
    FIRM_SEE = "firm.see"
    FIRM_STAFF = "firm.staff"
    FIRM_RENEW = "firm.renew"
    FIRM_SEAL = "firm.seal"
    COMPANY_OPEN = "company.open"
    COMPANY_SEE = "company.see"
    CONTACT_EDIT = "contact.edit"
    MISSION_OPEN = "mission.open"
    MISSION_SEE = "mission.see"
    MISSION_SEE_AS = "mission.see_as"
    PEOPLE_SEE = "people.see"
    PARTICIPATION_INVITE = "participation.invite"
    PARTICIPATION_END = "participation.end"
    PARTICIPATION_SEEN = "participation.seen"
    MENTOR_ACCEPT = "mentor.accept"
    MENTOR_DECLINE = "mentor.decline"
    PRESENCE_HIDE = "presence.hide"
    REMINDER = "reminder.send"
    FILE_READ = "file.read"
    REQUEST_BEGIN = "request.begin"
    REQUEST_WRITE = "request.write"
    REQUEST_CONFIRM = "request.confirm"
    REFORMULATION_WRITE = "reformulation.write"
    SENTENCE_WRITE = "sentence.write"
    EXPECTATION_WRITE = "expectation.write"
    EXPECTATION_SAY = "expectation.say"
    EXPECTATION_DATE = "expectation.date"
    DIVERGENCE_MARK = "divergence.mark"
    DIVERGENCE_SETTLE = "divergence.settle"
    TERMS_WRITE = "terms.write"
    VERSION_PROPOSE = "version.propose"
    VERSION_READ = "version.read"
    VERSION_SIGN = "version.sign"
    VERSION_TALK = "version.talk"
    VERSION_HEAR = "version.hear"
    VERSION_OWN = "version.own"
    DATES_PROPOSE = "dates.propose"
    DATES_SIGN = "dates.sign"
    DATES_ACCEPT = "dates.accept"
    CLAUSES_WRITE = "clauses.write"
    SHEET_BEGIN = "sheet.begin"
    SHEET_WRITE = "sheet.write"
    COMPANY_SHEET_WRITE = "company_sheet.write"
    MENTOR_PAGE_WRITE = "mentor_page.write"
    QUESTION_ASK = "question.ask"
    QUESTION_ANSWER = "question.answer"
    QUESTION_REPORT = "question.report"
    QUESTION_CONFIRM = "question.confirm"
    ANSWER_WRITE = "answer.write"
    NOTE_WRITE = "note.write"
    POSITION_SAY = "position.say"
    POSITION_WRITE = "position.write"
    CONTEXT_UNDERSTAND = "context.understand"
    CONTEXT_FILE_ADD = "context_file.add"
    CONTEXT_FILE_ERASE = "context_file.erase"
    OBJECTIVE_SEE = "objective.see"
    OBJECTIVE_PROPOSE = "objective.propose"
    OBJECTIVE_WRITE = "objective.write"
    OBJECTIVE_ORDER = "objective.order"
    OBJECTIVE_SHARE = "objective.share"
    OBJECTIVE_WITHDRAW = "objective.withdraw"
    OBJECTIVE_CLOSE = "objective.close"
    OBJECTIVE_RESTORE = "objective.restore"
    OBJECTIVE_REWORD = "objective.reword"
    OBJECTIVE_ASSENT = "objective.assent"
    OBJECTIVE_PROGRESS = "objective.progress"
    OBJECTIVE_COMMENT = "objective.comment"
    ROADMAP_SEE = "roadmap.see"
    ROADMAP_PROPOSE = "roadmap.propose"
    ROADMAP_WRITE = "roadmap.write"
    ROADMAP_ORDER = "roadmap.order"
    ROADMAP_SHARE = "roadmap.share"
    ROADMAP_WITHDRAW = "roadmap.withdraw"
    ROADMAP_CLOSE = "roadmap.close"
    ROADMAP_REWORD = "roadmap.reword"
    ROADMAP_ASSENT = "roadmap.assent"
    ROADMAP_STATE = "roadmap.state"
    ROADMAP_RESTORE = "roadmap.restore"
    ROADMAP_COMMENT = "roadmap.comment"
    CONTRIBUTION_ADD = "contribution.add"
    CONTRIBUTION_REMOVE = "contribution.remove"
    SCHEDULE_SEE = "schedule.see"
    SCHEDULE_PLAN = "schedule.plan"
    SCHEDULE_GATHER = "schedule.gather"
    SCHEDULE_LAY_OUT = "schedule.lay_out"
    SCHEDULE_ANSWER = "schedule.answer"
    SCHEDULE_FIX = "schedule.fix"
    AGENDA_WRITE = "agenda.write"
    SUMMARY_WRITE = "summary.write"
    SUMMARY_SHARE = "summary.share"
    REVIEW_WRITE = "review.write"
    REVIEW_APPROVE = "review.approve"
    ATTENDANCE_PROPOSE = "attendance.propose"
    ATTENDANCE_ANSWER = "attendance.answer"
    HOURS_PIECE = "hours.piece"
    PLAN_ASSENT = "plan.assent"
    REPORT_SEE = "report.see"
    REPORT_BEGIN = "report.begin"
    REPORT_WRITE = "report.write"
    REPORT_JOIN = "report.join"
    REPORT_EDIT = "report.edit"
    REPORT_ANSWER = "report.answer"
    REPORT_ISSUE = "report.issue"
    REPORT_RECEIVE = "report.receive"
    HANDOVER_LEAVE = "handover.leave"
    HANDOVER_SEE = "handover.see"
    HANDOVER_OPEN = "handover.open"
    DIFFICULTY_SEE = "difficulty.see"
    DIFFICULTY_TELL = "difficulty.tell"
    DIFFICULTY_WRITE = "difficulty.write"
    DIFFICULTY_CLOSE = "difficulty.close"
    LIFE_SEE = "life.see"
    MISSION_SUSPEND = "mission.suspend"
    STRAND_SUSPEND = "strand.suspend"
    MISSION_RESUME = "mission.resume"
    MISSION_END = "mission.end"


S = frozenset
R = Role

# One aligned line per act that exists. A role stands here if somebody in that relation to the subject may do it.
TABLE: dict[Do, frozenset[Role]] = {
    Do.HOME_SEE:             S({R.SELF}),
    Do.PROFILE_SEE:          S({R.SELF}),
    Do.PROFILE_EDIT:         S({R.SELF}),
    Do.SIGN_IN_REVOKE:       S({R.SELF}),
    Do.FIRM_SEE:             S({R.COORDINATOR, R.OWNER}),
    Do.FIRM_STAFF:           S({R.OWNER}),
    Do.FIRM_RENEW:           S({R.OWNER}),
    Do.FIRM_SEAL:            S({R.OWNER}),
    Do.COMPANY_OPEN:         S({R.COORDINATOR, R.OWNER}),
    Do.COMPANY_SEE:          S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR, R.COORDINATOR, R.OWNER}),
    Do.CONTACT_EDIT:         S({R.COORDINATOR, R.OWNER}),
    Do.MISSION_OPEN:         S({R.COORDINATOR, R.OWNER}),
    Do.MISSION_SEE:          S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR, R.COORDINATOR, R.OWNER}),
    Do.MISSION_SEE_AS:       S({R.MENTEE, R.MENTOR}),
    Do.PEOPLE_SEE:           S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR, R.COORDINATOR, R.OWNER}),
    Do.PARTICIPATION_INVITE: S({R.COORDINATOR, R.OWNER}),
    Do.PARTICIPATION_END:    S({R.COORDINATOR, R.OWNER}),
    Do.PARTICIPATION_SEEN:   S({R.MENTEE, R.MENTOR}),
    Do.MENTOR_ACCEPT:        S({R.MENTEE}),
    Do.MENTOR_DECLINE:       S({R.MENTEE}),
    Do.PRESENCE_HIDE:        S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.REMINDER:             S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.FILE_READ:            S({R.READER}),
    Do.REQUEST_BEGIN:        S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR}),
    Do.REQUEST_WRITE:        S({R.AUTHOR}),
    Do.REQUEST_CONFIRM:      S({R.MENTEE, R.MANAGER, R.SPONSOR}),
    Do.REFORMULATION_WRITE:  S({R.MENTOR}),
    Do.SENTENCE_WRITE:       S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR}),
    Do.EXPECTATION_WRITE:    S({R.AUTHOR}),
    Do.EXPECTATION_SAY:      S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR}),
    Do.EXPECTATION_DATE:     S({R.MENTOR}),
    Do.DIVERGENCE_MARK:      S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR}),
    Do.DIVERGENCE_SETTLE:    S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR}),
    Do.TERMS_WRITE:          S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR}),
    Do.VERSION_PROPOSE:      S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR}),
    Do.VERSION_READ:         S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.VERSION_SIGN:         S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.VERSION_TALK:         S({R.MENTEE}),
    Do.VERSION_HEAR:         S({R.MENTOR}),
    Do.VERSION_OWN:          S({R.SELF}),
    Do.DATES_PROPOSE:        S({R.MENTOR, R.SPONSOR, R.COORDINATOR, R.OWNER}),
    Do.DATES_SIGN:           S({R.SPONSOR, R.COORDINATOR, R.OWNER}),
    Do.DATES_ACCEPT:         S({R.MENTEE, R.MENTOR}),
    Do.CLAUSES_WRITE:        S({R.OWNER}),
    Do.SHEET_BEGIN:          S({R.MENTEE, R.MANAGER}),
    Do.SHEET_WRITE:          S({R.AUTHOR}),
    Do.COMPANY_SHEET_WRITE:  S({R.MENTOR, R.SPONSOR}),
    Do.MENTOR_PAGE_WRITE:    S({R.MENTOR}),
    Do.QUESTION_ASK:         S({R.MENTOR}),
    Do.QUESTION_ANSWER:      S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.QUESTION_REPORT:      S({R.MENTOR}),
    Do.QUESTION_CONFIRM:     S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.ANSWER_WRITE:         S({R.AUTHOR}),
    Do.NOTE_WRITE:           S({R.MENTOR, R.SPONSOR}),
    Do.POSITION_SAY:         S({R.MENTEE, R.MANAGER}),
    Do.POSITION_WRITE:       S({R.AUTHOR}),
    Do.CONTEXT_UNDERSTAND:   S({R.MENTOR}),
    Do.CONTEXT_FILE_ADD:     S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.CONTEXT_FILE_ERASE:   S({R.AUTHOR}),
    Do.OBJECTIVE_SEE:        S({R.READER}),
    Do.OBJECTIVE_PROPOSE:    S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.OBJECTIVE_WRITE:      S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.OBJECTIVE_ORDER:      S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.OBJECTIVE_SHARE:      S({R.AUTHOR}),
    Do.OBJECTIVE_WITHDRAW:   S({R.AUTHOR}),
    Do.OBJECTIVE_CLOSE:      S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.OBJECTIVE_RESTORE:    S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.OBJECTIVE_REWORD:     S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.OBJECTIVE_ASSENT:     S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.OBJECTIVE_PROGRESS:   S({R.MENTEE, R.MENTOR, R.MANAGER, R.OBSERVER}),
    Do.OBJECTIVE_COMMENT:    S({R.READER}),
    Do.ROADMAP_SEE:          S({R.READER}),
    Do.ROADMAP_PROPOSE:      S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ROADMAP_WRITE:        S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ROADMAP_ORDER:        S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ROADMAP_SHARE:        S({R.AUTHOR}),
    Do.ROADMAP_WITHDRAW:     S({R.AUTHOR}),
    Do.ROADMAP_CLOSE:        S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ROADMAP_REWORD:       S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ROADMAP_ASSENT:       S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ROADMAP_STATE:        S({R.MENTEE, R.MENTOR, R.MANAGER, R.SELF}),
    Do.ROADMAP_RESTORE:      S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ROADMAP_COMMENT:      S({R.READER}),
    Do.CONTRIBUTION_ADD:     S({R.MENTOR}),
    Do.CONTRIBUTION_REMOVE:  S({R.AUTHOR}),
    Do.SCHEDULE_SEE:         S({R.READER}),
    Do.SCHEDULE_PLAN:        S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.SCHEDULE_GATHER:      S({R.MENTOR}),
    Do.SCHEDULE_LAY_OUT:     S({R.MENTOR}),
    Do.SCHEDULE_ANSWER:      S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.SCHEDULE_FIX:         S({R.MENTOR, R.AUTHOR}),
    Do.AGENDA_WRITE:         S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.SUMMARY_WRITE:        S({R.MENTEE, R.MENTOR}),
    Do.SUMMARY_SHARE:        S({R.MENTEE}),
    Do.REVIEW_WRITE:         S({R.MENTEE, R.MENTOR}),
    Do.REVIEW_APPROVE:       S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.ATTENDANCE_PROPOSE:   S({R.MENTEE, R.MENTOR}),
    Do.ATTENDANCE_ANSWER:    S({R.MENTEE, R.MENTOR}),
    Do.HOURS_PIECE:          S({R.MENTOR}),
    Do.PLAN_ASSENT:          S({R.MENTEE, R.MENTOR, R.MANAGER}),
    Do.REPORT_SEE:           S({R.READER}),
    Do.REPORT_BEGIN:         S({R.MENTOR}),
    Do.REPORT_WRITE:         S({R.MENTOR}),
    Do.REPORT_JOIN:          S({R.MENTEE, R.MENTOR}),
    Do.REPORT_EDIT:          S({R.MENTOR}),
    Do.REPORT_ANSWER:        S({R.MENTEE}),
    Do.REPORT_ISSUE:         S({R.MENTOR}),
    Do.REPORT_RECEIVE:       S({R.MENTEE, R.MANAGER, R.SPONSOR, R.HR}),
    Do.HANDOVER_LEAVE:       S({R.SELF}),
    Do.HANDOVER_SEE:         S({R.MENTEE, R.MENTOR}),
    Do.HANDOVER_OPEN:        S({R.MENTEE}),
    Do.DIFFICULTY_SEE:       S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR, R.COORDINATOR, R.OWNER}),
    Do.DIFFICULTY_TELL:      S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR}),
    Do.DIFFICULTY_WRITE:     S({R.AUTHOR, R.SELF}),
    Do.DIFFICULTY_CLOSE:     S({R.AUTHOR}),
    Do.LIFE_SEE:             S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.HR, R.COORDINATOR, R.OWNER}),
    Do.MISSION_SUSPEND:      S({R.MENTOR, R.COORDINATOR, R.OWNER}),
    Do.STRAND_SUSPEND:       S({R.MENTEE, R.MENTOR, R.COORDINATOR, R.OWNER}),
    Do.MISSION_RESUME:       S({R.MENTEE, R.MENTOR, R.COORDINATOR, R.OWNER}),
    Do.MISSION_END:          S({R.MENTEE, R.MENTOR, R.MANAGER, R.SPONSOR, R.COORDINATOR, R.OWNER}),
}  # fmt: skip


# What one may do through another's eyes (« Voir comme »): read, and nothing else.
READING = S(
    {Do.MISSION_SEE, Do.FILE_READ, Do.VERSION_READ, Do.OBJECTIVE_SEE, Do.ROADMAP_SEE, Do.SCHEDULE_SEE}
)


# What a mission that has ended still takes: to be read, attendance, whoever leaves it, its report, a difficulty. Whatever
# is not named here is writing.
STAYS: frozenset[Do] = READING | S(
    {
        Do.MISSION_SEE_AS, Do.PEOPLE_SEE, Do.LIFE_SEE, Do.VERSION_HEAR, Do.VERSION_OWN,
        Do.ATTENDANCE_PROPOSE, Do.ATTENDANCE_ANSWER,
        Do.PARTICIPATION_END, Do.PARTICIPATION_SEEN, Do.PRESENCE_HIDE, Do.REMINDER,
        *(do for do in Do if do.startswith(("difficulty.", "report."))),
    }
)  # fmt: skip


def may(actor: "Actor", do: Do, subject: "Subject") -> bool:
    """Whether somebody in the actor's place may do this to that, now: the table, and nothing written once it has ended."""
    return allowed(actor, do, subject) and not over(actor, do, subject)


def over(actor: "Actor", do: Do, subject: "Subject") -> bool:
    """Whether the subject's mission, or strand, has ended early and takes this no more."""
    return do not in STAYS and actor.ended_toward(subject)


def allowed(actor: "Actor", do: Do, subject: "Subject") -> bool:
    """What the table says, whenever it is. Deny by default; nobody answers yes to all.

    A subject that carries a zone is out of reach of whoever is not one of its readers, whatever their role; whoever came
    by a one-time task may do its one act, to its one subject; whoever reads through another's eyes does nothing else.
    """
    if actor.still and do not in READING:
        return False
    if actor.only is not None and actor.only != (do, getattr(subject, "id", None)):
        return False
    roles = actor.roles_toward(subject)
    if getattr(subject, "zone_id", None) is not None and Role.READER not in roles:
        return False
    return not TABLE[do].isdisjoint(roles)


def printed() -> str:
    """The table as text, one act a line: what ``python -m webapp policy`` prints."""
    width = max(len(do) for do in Do)
    return "\n".join(f"{do:<{width}}  {' '.join(r for r in Role if r in TABLE[do])}" for do in Do)
