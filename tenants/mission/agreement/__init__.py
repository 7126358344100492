"""The agreement: from the request to the sentence, expectations written alone and revealed together, divergences.

One agreement for the mission, whatever its strands. Nobody reads what another expects before all have said « prêt », or
before a date that the mentor told to all; nothing of the writing is left behind.
"""
