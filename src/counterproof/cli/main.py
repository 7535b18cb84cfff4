"""The entry point: nothing is imported before an interruption can be caught."""

from __future__ import annotations

import sys

__all__ = ["main"]

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with 0 done, 1 found, 2 bad input, 3 engine or disk failed, 130 interrupted."""
    try:
        from counterproof.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("\ncounterproof: interrupted\n")
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
