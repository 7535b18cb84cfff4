"""``python -m counterproof`` is the command line."""

from counterproof.cli.main import main

if __name__ == "__main__":
    main()
