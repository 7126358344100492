"""The report of a strand: passages from what the mission holds, read first by the mentee, then issued and frozen.

What it may take is what all who will read it may read, or what the matrix lets a report repeat (``reach``).
"""
