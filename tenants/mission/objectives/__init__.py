"""Objectives: written together live, then initialled by each party on their exact wording.

Agreed once every distinct person holding a required role has initialled the present wording; read-only from then on
until somebody opens a rewording, the last agreed wording staying the one that others quote.
"""
