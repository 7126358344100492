"""Life of a mission: suspended from–to and taken up again, ended early, and what stops or stays when it is.

Its rows and ``queries`` know no room; ``operations`` may use any of them.
"""
