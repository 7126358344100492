"""The roadmap: axes, their strategies, their actions, written together live; an axis is initialled with its strategies.

Actions live freely: their owner, date and state never touch initials. What the mentor brings to them is a contribution.
"""
