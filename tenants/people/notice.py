"""Which notice of what is processed and why is in force. Its words are ``templates/people/_notice.html``.

A change of meaning takes the next number and its date: everybody is shown it again before going on.
"""

from datetime import date

VERSION = 1
DATED = date(2026, 11, 24)
