"""How far the agreement is, from what is shared alone: it joins the six stages when it is imported."""

from tenants.mission.stages import ROOMS, Stage, Standing, State, Where


def standing(state: State) -> Standing:
    """Signed and nobody awaited: agreed. ``facts``: texts, ready, of, revealed, divergences_open, version, signed."""
    facts = state.rooms.get("agreement") or {}
    waits = state.waiting(Stage.AGREEMENT)
    begun = any(facts.get(k) for k in ("texts", "ready", "revealed", "version", "proposed"))
    if waits:
        where = Where.AWAITING
    elif facts.get("signed") and not facts.get("proposed"):
        where = Where.AGREED
    else:
        where = Where.WRITING if begun else Where.EMPTY
    return Standing(Stage.AGREEMENT, where, waits, facts=facts)


ROOMS[Stage.AGREEMENT] = standing
