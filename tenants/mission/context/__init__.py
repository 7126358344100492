"""The context file: the job as mentee and manager each tell it, the company, the mentor, questions, where one starts.

What is shared is read by the whole mission, as the matrix says; a starting position by its author alone until both
have said it; the strategic note by mentor and direction, and for the others it does not exist.
"""
