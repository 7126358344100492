"""A person, across firms and companies: how they sign in, what they prefer. Nobody but they reads these rows."""
