"""What is written in the agreement: three texts, five headings, and how long each may be."""

HEADINGS = ("hopes", "brings", "success", "fears", "needs")
REQUEST, REFORMULATION, SENTENCE = TEXTS = ("request", "reformulation", "sentence")
EXPECTS = "agreement.expectations"
CONFIRM = "agreement.request_confirm"
# Characters. Live text beyond is kept and marked; « retenir » and « prêt » are refused until it is shortened.
LIMITS = {REQUEST: 4_000, REFORMULATION: 4_000, SENTENCE: 600, "expectation": 2_000}
