"""``python -m webapp.translations``: update the catalogues from the sources, compile them, say what is missing."""

import sys

from webapp.translations import LANGUAGES, compile_catalogues, missing, update


def main() -> int:
    """The number of messages without translation decides the exit code."""
    update()
    compile_catalogues()
    lacking = {language: missing(language) for language in LANGUAGES}
    for language, messages in lacking.items():
        sys.stdout.write(f"{language}: {len(messages)} à traduire\n")
        sys.stdout.writelines(f"  {message}\n" for message in messages)
    return int(any(lacking.values()))


if __name__ == "__main__":
    sys.exit(main())
