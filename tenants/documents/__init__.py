"""Co-edited text, whichever room it serves: its log, its snapshot, the text folded from it, its end.

A document belongs to one thing of one room; the room says in ``kinds`` which roots it has and what follows a fold.
"""
