"""Mails: composed from templates in the reader's language, posted by SMTP, caught in memory by the demonstration."""
