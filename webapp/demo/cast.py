"""The demonstration's people, companies and missions: plain data, all invented. Days are counted from the present one."""

from dataclasses import dataclass, field

from tenants.policy import Role

FIRM = "Cabinet Sauvelande"
OWNER = ("alienor", "Aliénor Sauvelande", "alienor@sauvelande.example")
COORDINATOR = ("odile", "Odile Brassenoy", "odile.brassenoy@sauvelande.example")


@dataclass(frozen=True)
class Someone:
    """A person as a company knows them. ``comes`` False: invited, has not accepted."""

    given: str
    family: str
    title: str
    email: str
    comes: bool = True


@dataclass(frozen=True)
class Mission:
    """A mission: who is what, from when to when (in days from the present one), ``hours`` in minutes.

    ``manages``: the mentees of each manager, where a manager has not all of them.
    """

    key: str
    company: str
    title: str
    begins: int
    ends: int
    hours: int
    seats: tuple[tuple[Role, str], ...]
    manages: dict[str, tuple[str, ...]] = field(default_factory=dict)


HELENE = Someone("Hélène", "Tavernac", "mentor", "helene.tavernac@sauvelande.example")

COMPANIES: dict[str, tuple[str, dict[str, Someone]]] = {
    "ombrelune": (
        "Ombrelune Logistique",
        {
            "ines": Someone(
                "Inès",
                "Corbelin",
                "responsable d’exploitation du site Nord",
                "ines.corbelin@ombrelune.example",
            ),
            "marc": Someone("Marc", "Ostrevant", "directeur des sites", "marc.ostrevant@ombrelune.example"),
            "solange": Someone(
                "Solange", "Métivard", "directrice des opérations", "solange.metivard@ombrelune.example"
            ),
            "yann": Someone("Yann", "Kermelec", "référent RH", "yann.kermelec@ombrelune.example"),
            "theo": Someone(
                "Théo", "Lanvernier", "responsable du site Sud", "theo.lanvernier@ombrelune.example"
            ),
            "lina": Someone("Lina", "Daubrac", "cheffe d’équipe du matin", "lina.daubrac@ombrelune.example"),
            "joel": Someone(
                "Joël", "Pontcarral", "chef d’équipe de l’après-midi", "joel.pontcarral@ombrelune.example"
            ),
            "adrien": Someone(
                "Adrien", "Fosseraud", "chef d’équipe de nuit", "adrien.fosseraud@ombrelune.example"
            ),
            "helene": HELENE,
            "bruno": Someone("Bruno", "Cazelmas", "mentor", "bruno.cazelmas@sauvelande.example"),
            "nadege": Someone("Nadège", "Ruymont", "mentor", "nadege.ruymont@sauvelande.example"),
        },
    ),
    "ostaval": (
        "Verrerie d’Ostaval",
        {
            "samira": Someone(
                "Samira", "Delvaux-Brey", "responsable qualité", "samira.delvaux-brey@ostaval.example"
            ),
            "armand": Someone("Armand", "Fréchoux", "directeur général", "armand.frechoux@ostaval.example"),
            "clemence": Someone(
                "Clémence", "Autrive", "référente RH", "clemence.autrive@ostaval.example", comes=False
            ),
            "helene": HELENE,
        },
    ),
}

MISSIONS = (
    Mission(
        "ines", "ombrelune", "Prise de poste au site Nord", -50, 115, 24 * 60,
        (
            (Role.MENTEE, "ines"), (Role.MENTOR, "helene"), (Role.MANAGER, "marc"), (Role.SPONSOR, "solange"),
            (Role.HR, "yann"),
        ),
    ),
    Mission(
        "theo", "ombrelune", "Prise de poste au site Sud", -6, 150, 18 * 60,
        (
            (Role.MENTEE, "theo"), (Role.MENTOR, "bruno"), (Role.MANAGER, "marc"), (Role.SPONSOR, "solange"),
        ),
    ),
    Mission(
        "group", "ombrelune", "Chefs d’équipe du site Nord", -20, 175, 45 * 60,
        (
            (Role.MENTEE, "lina"), (Role.MENTEE, "joel"), (Role.MENTEE, "adrien"), (Role.MENTOR, "nadege"),
            (Role.MANAGER, "ines"), (Role.MANAGER, "marc"), (Role.SPONSOR, "solange"), (Role.HR, "yann"),
        ),
        {"ines": ("lina", "joel"), "marc": ("adrien",)},
    ),
    Mission(
        "samira", "ostaval", "Porter la qualité au comité de direction", -60, 80, 20 * 60,
        (
            (Role.MENTEE, "samira"), (Role.MENTOR, "helene"), (Role.SPONSOR, "armand"), (Role.HR, "clemence"),
        ),
    ),
)  # fmt: skip
