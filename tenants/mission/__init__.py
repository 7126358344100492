"""One engagement in one company: its strands, its people, its matrix, and where it stands."""
