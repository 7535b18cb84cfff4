"""What a table looks like, without showing any of it."""

from __future__ import annotations
