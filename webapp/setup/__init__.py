"""From an empty folder to a running server.

Until `.venv` exists these modules run under the machine's own Python: they import the standard library only, and
packages inside functions that run later.
"""
