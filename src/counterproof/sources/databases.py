"""Tables in database files, and on engines that are reached by a URL."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from counterproof.errors import SourceError, nearest
from counterproof.sources.engine_errors import engine
from counterproof.sources.source import Source

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["open_url"]

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def open_url(name: str, spec: SourceSpec) -> Source:
    """A table on an engine reached by an Ibis URL, or by ``${NAME}``: the whole URL from the environment."""
    raise NotImplementedError
