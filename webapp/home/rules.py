"""« Qui peut faire quoi »: the one table of acts, in words. It says nothing that is not in the table."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext

from tenants.policy import TABLE, Do, Role
from webapp import words

ACTS: dict[Do, Callable[[], str]] = {
    Do.HOME_SEE: lambda: gettext("Voir ce qui vous attend"),
    Do.PROFILE_SEE: lambda: gettext("Voir son compte"),
    Do.PROFILE_EDIT: lambda: gettext("Changer son compte"),
    Do.SIGN_IN_REVOKE: lambda: gettext("Déconnecter un de ses appareils"),
    Do.FIRM_SEE: lambda: gettext("Voir le cabinet et ses entreprises"),
    Do.FIRM_STAFF: lambda: gettext("Inviter et retirer l’équipe du cabinet"),
    Do.FIRM_RENEW: lambda: gettext("Autoriser un nouveau second facteur à qui a perdu le sien"),
    Do.COMPANY_OPEN: lambda: gettext("Ouvrir une entreprise cliente"),
    Do.COMPANY_SEE: lambda: gettext("Voir la page de l’entreprise"),
    Do.CONTACT_EDIT: lambda: gettext("Corriger le nom et l’adresse d’un contact"),
    Do.MISSION_OPEN: lambda: gettext("Ouvrir une mission"),
    Do.MISSION_SEE: lambda: gettext("Voir les étapes, les dates et les heures d’une mission"),
    Do.PEOPLE_SEE: lambda: gettext("Voir qui prend part à la mission"),
    Do.PARTICIPATION_INVITE: lambda: gettext("Inviter quelqu’un dans la mission"),
    Do.PARTICIPATION_END: lambda: gettext("Mettre fin à un rôle dans la mission"),
    Do.PARTICIPATION_SEEN: lambda: gettext("Dire que l’on a vu l’annonce d’un nouveau lecteur"),
    Do.MENTOR_ACCEPT: lambda: gettext("Accepter un nouveau mentor"),
    Do.MENTOR_DECLINE: lambda: gettext("Ne pas accepter un nouveau mentor"),
    Do.PRESENCE_HIDE: lambda: gettext("Ne pas montrer sa présence à quelqu’un"),
    Do.REMINDER: lambda: gettext("Faire partir un rappel, au nom du service"),
    Do.OBJECTIVE_SEE: lambda: gettext("Lire un objectif, ses commentaires et son historique"),
    Do.OBJECTIVE_PROPOSE: lambda: gettext("Commencer un objectif"),
    Do.OBJECTIVE_WRITE: lambda: gettext("Écrire dans un objectif"),
    Do.OBJECTIVE_ORDER: lambda: gettext("Changer l’ordre des objectifs"),
    Do.OBJECTIVE_SHARE: lambda: gettext("Partager un brouillon"),
    Do.OBJECTIVE_WITHDRAW: lambda: gettext("Retirer un objectif que personne n’a paraphé"),
    Do.OBJECTIVE_CLOSE: lambda: gettext("Fermer un objectif, avec une raison"),
    Do.OBJECTIVE_RESTORE: lambda: gettext("Remettre un texte d’avant"),
    Do.OBJECTIVE_REWORD: lambda: gettext("Proposer une autre rédaction d’un objectif convenu"),
    Do.OBJECTIVE_ASSENT: lambda: gettext("Poser ses initiales sur un objectif"),
    Do.OBJECTIVE_PROGRESS: lambda: gettext("Ajouter un relevé"),
    Do.OBJECTIVE_COMMENT: lambda: gettext("Commenter un objectif"),
    Do.MISSION_SEE_AS: lambda: gettext("Voir comme une autre partie, parmi ce que l’on peut lire"),
    Do.FIRM_SEAL: lambda: gettext("Faire et remplacer le sceau du cabinet"),
    Do.FILE_READ: lambda: gettext("Ouvrir un fichier"),
    Do.REQUEST_BEGIN: lambda: gettext("Commencer à écrire la demande"),
    Do.REQUEST_WRITE: lambda: gettext("Écrire la demande"),
    Do.REQUEST_CONFIRM: lambda: gettext("Confirmer la demande écrite pour soi"),
    Do.REFORMULATION_WRITE: lambda: gettext("Reformuler la demande"),
    Do.SENTENCE_WRITE: lambda: gettext("Écrire la phrase convenue"),
    Do.EXPECTATION_WRITE: lambda: gettext("Écrire ses attentes, seul"),
    Do.EXPECTATION_SAY: lambda: gettext("Dire « prêt » sur ses attentes"),
    Do.EXPECTATION_DATE: lambda: gettext("Annoncer la date où les attentes seront révélées"),
    Do.DIVERGENCE_MARK: lambda: gettext("Marquer un écart"),
    Do.DIVERGENCE_SETTLE: lambda: gettext("Donner sa suite à un écart"),
    Do.TERMS_WRITE: lambda: gettext(
        "Écrire les règles de l’espace de travail et le tableau « qui lit quoi »"
    ),
    Do.VERSION_PROPOSE: lambda: gettext("Proposer une version de l’accord à la signature"),
    Do.VERSION_READ: lambda: gettext("Lire une version de l’accord"),
    Do.VERSION_SIGN: lambda: gettext("Signer une version, y demander un changement, ou refuser"),
    Do.VERSION_TALK: lambda: gettext("En parler d’abord avec le mentor seul"),
    Do.VERSION_HEAR: lambda: gettext("Dire que l’on en a parlé"),
    Do.VERSION_OWN: lambda: gettext("Relire un accord que l’on a signé"),
    Do.DATES_PROPOSE: lambda: gettext("Proposer de nouvelles dates ou heures"),
    Do.DATES_SIGN: lambda: gettext("Signer de nouvelles dates ou heures"),
    Do.DATES_ACCEPT: lambda: gettext("Accepter de nouvelles dates ou heures"),
    Do.CLAUSES_WRITE: lambda: gettext("Écrire le modèle de règles du cabinet"),
    Do.ROADMAP_SEE: lambda: gettext("Lire la feuille de route"),
    Do.ROADMAP_PROPOSE: lambda: gettext("Écrire un axe, une stratégie ou une action"),
    Do.ROADMAP_WRITE: lambda: gettext("Modifier ce qui n’est pas convenu de la feuille de route"),
    Do.ROADMAP_ORDER: lambda: gettext("Changer l’ordre de la feuille de route"),
    Do.ROADMAP_SHARE: lambda: gettext("Partager un axe"),
    Do.ROADMAP_WITHDRAW: lambda: gettext("Retirer son brouillon d’axe"),
    Do.ROADMAP_CLOSE: lambda: gettext("Clore un axe ou une action, avec un motif"),
    Do.ROADMAP_REWORD: lambda: gettext("Proposer une autre rédaction d’un axe"),
    Do.ROADMAP_ASSENT: lambda: gettext("Poser ses initiales sur un axe"),
    Do.ROADMAP_STATE: lambda: gettext("Dire où en est une action"),
    Do.ROADMAP_RESTORE: lambda: gettext("Revenir à ce qu’un axe disait"),
    Do.ROADMAP_COMMENT: lambda: gettext("Commenter la feuille de route"),
    Do.CONTRIBUTION_ADD: lambda: gettext("Ajouter un apport"),
    Do.CONTRIBUTION_REMOVE: lambda: gettext("Retirer son apport"),
    Do.SHEET_BEGIN: lambda: gettext("Commencer la fiche de poste"),
    Do.SHEET_WRITE: lambda: gettext("Écrire sa réponse dans la fiche de poste"),
    Do.COMPANY_SHEET_WRITE: lambda: gettext("Écrire la fiche de l’entreprise"),
    Do.MENTOR_PAGE_WRITE: lambda: gettext("Écrire la page du mentor"),
    Do.QUESTION_ASK: lambda: gettext("Poser une question à une personne"),
    Do.QUESTION_ANSWER: lambda: gettext("Répondre à une question qui vous est posée"),
    Do.QUESTION_REPORT: lambda: gettext("Écrire une réponse pour quelqu’un, d’après un entretien"),
    Do.QUESTION_CONFIRM: lambda: gettext("Confirmer la réponse écrite pour soi"),
    Do.ANSWER_WRITE: lambda: gettext("Écrire sa réponse"),
    Do.NOTE_WRITE: lambda: gettext("Écrire la note stratégique restreinte"),
    Do.POSITION_SAY: lambda: gettext("Dire où l’on se situe au départ"),
    Do.POSITION_WRITE: lambda: gettext("Écrire sa position de départ, seul"),
    Do.CONTEXT_UNDERSTAND: lambda: gettext("Marquer le dossier « lu et compris »"),
    Do.CONTEXT_FILE_ADD: lambda: gettext("Joindre un fichier au dossier de contexte"),
    Do.CONTEXT_FILE_ERASE: lambda: gettext("Retirer son fichier du dossier de contexte"),
    Do.SCHEDULE_SEE: lambda: gettext("Voir un rendez-vous, sa date, ce qui s’y dit"),
    Do.SCHEDULE_PLAN: lambda: gettext("Prévoir, déplacer, annuler un rendez-vous ; proposer des créneaux"),
    Do.SCHEDULE_GATHER: lambda: gettext("Prévoir une séance collective"),
    Do.SCHEDULE_LAY_OUT: lambda: gettext("Répartir toute la mission sur le calendrier"),
    Do.SCHEDULE_ANSWER: lambda: gettext("Répondre à des créneaux proposés"),
    Do.SCHEDULE_FIX: lambda: gettext("Retenir le créneau qui convient à tous"),
    Do.AGENDA_WRITE: lambda: gettext("Ajouter et traiter des points de l’ordre du jour"),
    Do.SUMMARY_WRITE: lambda: gettext("Écrire le compte rendu d’un rendez-vous"),
    Do.SUMMARY_SHARE: lambda: gettext("Partager le compte rendu aux trois parties"),
    Do.REVIEW_WRITE: lambda: gettext("Écrire un point d’étape"),
    Do.REVIEW_APPROVE: lambda: gettext("Approuver un point d’étape"),
    Do.ATTENDANCE_PROPOSE: lambda: gettext("Dire qu’un rendez-vous a eu lieu"),
    Do.ATTENDANCE_ANSWER: lambda: gettext("Le confirmer, ou le contester"),
    Do.HOURS_PIECE: lambda: gettext("Dire que le bilan est écrit"),
    Do.PLAN_ASSENT: lambda: gettext("Parapher le plan"),
    Do.REPORT_SEE: lambda: gettext("Lire un bilan"),
    Do.REPORT_BEGIN: lambda: gettext("Commencer le bilan"),
    Do.REPORT_WRITE: lambda: gettext("Écrire dans le bilan"),
    Do.REPORT_JOIN: lambda: gettext("Écrire dans le bilan, sur invitation du mentor"),
    Do.REPORT_EDIT: lambda: gettext("Ajouter, retirer et ordonner les passages du bilan ; le donner à lire"),
    Do.REPORT_ANSWER: lambda: gettext("Lire le bilan en premier, y demander un changement, y répondre"),
    Do.REPORT_ISSUE: lambda: gettext("Remettre le bilan, ou le corriger"),
    Do.REPORT_RECEIVE: lambda: gettext("Accuser réception du bilan"),
    Do.LIFE_SEE: lambda: gettext("Voir ce qui est suspendu, et ce qui a pris fin"),
    Do.MISSION_SUSPEND: lambda: gettext("Suspendre la mission"),
    Do.STRAND_SUSPEND: lambda: gettext("Suspendre un parcours"),
    Do.MISSION_RESUME: lambda: gettext("Reprendre, et décaler les dates"),
    Do.MISSION_END: lambda: gettext("Mettre fin à la mission avant son terme"),
    Do.HANDOVER_LEAVE: lambda: gettext(
        "Pendant 15 jours, laisser une passation et confirmer ses rendez-vous passés"
    ),
    Do.HANDOVER_SEE: lambda: gettext("Lire la passation d’un mentor"),
    Do.HANDOVER_OPEN: lambda: gettext("La transmettre, ou non, au mentor suivant"),
    Do.DIFFICULTY_SEE: lambda: gettext("Voir ses propres échanges sur une difficulté"),
    Do.DIFFICULTY_TELL: lambda: gettext("Signaler une difficulté à une personne du cabinet"),
    Do.DIFFICULTY_WRITE: lambda: gettext("Écrire dans cet échange, à deux"),
    Do.DIFFICULTY_CLOSE: lambda: gettext("Le fermer"),
}

PARTS: dict[str, Callable[[], str]] = {
    "objective": lambda: gettext("Objectifs"),
    "schedule": lambda: gettext("Calendrier"),
    "agreement": lambda: gettext("Accord de cadrage"),
    "context": lambda: gettext("Dossier de contexte"),
    "roadmap": lambda: gettext("Feuille de route"),
    "report": lambda: gettext("Bilan"),
    "mission": lambda: gettext("Mission et personnes"),
    "firm": lambda: gettext("Cabinet et entreprises"),
    "profile": lambda: gettext("Compte"),
}
PART_OF = {
    **dict.fromkeys(
        ("request", "reformulation", "sentence", "expectation", "divergence", "terms", "version", "dates"),
        "agreement",
    ),
    **dict.fromkeys(
        ("sheet", "company_sheet", "mentor_page", "question", "answer", "note", "position", "context_file"),
        "context",
    ),
    "contribution": "roadmap",
    "file": "mission",
    "clauses": "firm",
    "agenda": "schedule",
    "summary": "schedule",
    "review": "schedule",
    "attendance": "schedule",
    "hours": "schedule",
    "plan": "schedule",
    "participation": "mission",
    "difficulty": "mission",
    "handover": "mission",
    "life": "mission",
    "strand": "mission",
    "people": "mission",
    "mentor": "mission",
    "presence": "mission",
    "reminder": "mission",
    "company": "firm",
    "contact": "firm",
    "home": "profile",
    "sign_in": "profile",
}
COLUMNS = (Role.MENTEE, Role.MENTOR, Role.MANAGER, Role.SPONSOR, Role.HR, Role.COORDINATOR, Role.OWNER)
BESIDE = (Role.READER, Role.AUTHOR, Role.OBSERVER, Role.SELF)


@dataclass(frozen=True)
class Act:
    """One line: what, who by their role, and who by their relation to the thing."""

    words: str
    roles: list[bool]
    beside: str


@dataclass(frozen=True)
class Part:
    """The acts of one subject."""

    title: str
    acts: list[Act]


def heads() -> list[tuple[str, bool]]:
    """The columns, as tables want them: the roles of a mission, then the firm's."""
    return [(_short(role), False) for role in COLUMNS]


def parts() -> list[Part]:
    """Every act of the table, each in its part; an act without words stops the page, so that none is left out."""
    found: dict[str, list[Act]] = {name: [] for name in PARTS}
    for do, roles in TABLE.items():
        room = do.value.partition(".")[0]
        beside = [_beside(r) for r in BESIDE if r in roles]
        act = Act(ACTS[do](), [r in roles for r in COLUMNS], ", ".join(beside))
        found[PART_OF.get(room, room)].append(act)
    return [Part(PARTS[name](), acts) for name, acts in found.items() if acts]


def _short(role: Role) -> str:
    if role is Role.COORDINATOR:
        return gettext("coordination")
    return gettext("gérance") if role is Role.OWNER else words.party(words.party_of(role))


def _beside(role: Role) -> str:
    return {
        Role.READER: gettext("qui le lit"),
        Role.AUTHOR: gettext("qui l’a écrit"),
        Role.OBSERVER: gettext("qui en est l’observateur"),
        Role.SELF: gettext("la personne elle-même"),
    }[role]
