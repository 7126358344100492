"""What is kept for a tenant, and the rules about it. Knows neither HTTP nor any text a user reads."""
