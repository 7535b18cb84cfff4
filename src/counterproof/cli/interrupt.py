"""Whether Ctrl-C was pressed: an interrupted import or callback may come to light as any other error."""

from __future__ import annotations

import signal
from types import FrameType

__all__ = ["happened", "watch"]

_pressed = False


def watch() -> None:
    """Remember interruptions from now on. A program that was started to ignore them goes on ignoring them."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _press)


def happened() -> bool:
    """Whether there was an interruption since :func:`watch`."""
    return _pressed


def _press(number: int, frame: FrameType | None) -> None:
    global _pressed
    _pressed = True
    signal.default_int_handler(number, frame)
