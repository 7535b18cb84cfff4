"""The entry point: nothing is imported before an interruption can be caught."""

from __future__ import annotations

import atexit
import os
import sys
from typing import NoReturn

__all__ = ["main"]

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with 0 done, 1 found, 2 bad input, 3 engine or disk failed, 130 interrupted."""
    try:
        from counterproof.cli import interrupt

        interrupt.watch()
        from counterproof.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        _leave()
    sys.exit(code)


def _leave() -> NoReturn:
    """Exit with 130 after an interruption.

    Python may otherwise end itself by the signal, although it was caught, if it arrived while a class was being made.
    """
    sys.stderr.write("counterproof: interrupted\n")
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
