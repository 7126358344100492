"""`python3 -m webapp [command]` with nothing installed but Python: prepare what is missing, then run the command."""

import sys


def main() -> None:
    """Stop with one line under an old Python: the modules behind the door use newer syntax."""
    if sys.version_info < (3, 11):  # noqa: UP036  an older Python must reach this line to be told
        sys.exit("Trialogue demande Python 3.11 ou plus récent ; celui-ci est le " + sys.version.split()[0])
    from webapp.setup.bootstrap import bootstrap

    bootstrap(sys.argv[1:])


if __name__ == "__main__":
    main()
