"""« Signaler une difficulté »: a thread between somebody of a mission and one person of the firm, whom nobody else sees."""
