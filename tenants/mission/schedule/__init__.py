"""The schedule: steps of the method and sessions on a calendar, how a date is found, what is said there, and reviews.

Dates, kinds and minutes stand in the calendar's zone; what was written stands in zones of the parties or of the pair.
"""
