"""Inference on counts: pure functions from integers to numbers. NumPy and SciPy only."""

from __future__ import annotations

__all__ = ["load"]


def load() -> None:
    """Import what the functions here import when they are first used, for a caller who has time to spare."""
    import scipy.special  # noqa: F401
