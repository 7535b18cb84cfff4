"""What an answer of an inventory says, whatever words the year's form had for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["HIGH", "IN_PLACE", "MISSING", "OTHER", "answer", "impact", "stage", "withheld"]

MISSING, OTHER = "missing", "other"
HIGH = "high"
IN_PLACE = "in_place"

_LETTER = re.compile(r"^[a-h]\s*[).:]\s*", re.IGNORECASE)

_STAGES: Mapping[str, str] = {
    "pre-deployment": "before", "initiated": "before", "acquisition and/or development": "before",
    "initiation": "before", "development and acquisition": "before", "planning": "before", "development": "before",
    "pilot": "pilot", "implementation and assessment": "pilot", "implementation": "pilot",
    "deployed": "deployed", "operation and maintenance": "deployed", "operation and management": "deployed",
    "operations and maintenance": "deployed", "in production": "deployed",
    "retired": "retired", "in mission": "deployed",
}  # fmt: skip

_IMPACTS: Mapping[str, str] = {
    "high-impact": HIGH, "rights-impacting": HIGH, "safety-impacting": HIGH, "both": HIGH,
    "presumed high-impact, but not high-impact": "presumed_not",
    "presumed high-impact, but determined not high-impact": "presumed_not",
    "presumed high-impact, but determined not high impact": "presumed_not",
    "not high-impact": "not_high", "neither": "not_high",
}  # fmt: skip


def _words(cell: str) -> str:
    """Lower case, without the letter of the option, a closing full stop, and the brackets of a printed list."""
    text = cell.strip().strip("[]").split("', '")[0].strip("'\" ") if cell.startswith("[") else cell
    return " ".join(_LETTER.sub("", text.strip()).rstrip(".").replace("–", "-").split()).lower()


def stage(cell: str | None) -> str:
    """``before``, ``pilot``, ``deployed``, ``retired``, ``missing`` or ``other``."""
    return MISSING if cell is None else _STAGES.get(_words(cell), OTHER)


def impact(cell: str | None) -> str:
    """``high``, ``presumed_not``, ``not_high``, ``missing`` or ``other``; rights- and safety-impacting is high."""
    return MISSING if cell is None else _IMPACTS.get(_words(cell), OTHER)


def withheld(cell: str | None) -> str:
    """``yes``, ``no``, ``missing`` or ``other``."""
    if cell is None:
        return MISSING
    words = _words(cell)
    return "yes" if words.startswith("yes") else "no" if words.startswith("no") else OTHER


def answer(cell: str | None) -> str:
    """How far a safeguard is: ``in_place``, ``in_progress``, ``not_applicable``, ``precluded``, ``waived``, ``no``,
    ``missing`` or ``other``.

    What is planned or under way is not in place. An answer that the form did not offer is ``other``, and counted.
    """
    if cell is None:
        return MISSING
    words = _words(cell)
    if re.search(r"\bin[- ]prog\w*|planned|planning|under way|to be (posted|published|completed)", words):
        return "in_progress"
    if "precluded" in words or "prohibited by law" in words:
        return "precluded"
    if "waive" in words:
        return "waived"
    if re.search(r"^n/?a\b|not applicable|not available|not publicly available", words):
        return "not_applicable"
    if re.match(r"no\b|none\b", words):
        return "no"
    if re.match(r"yes\b|true\b", words) or re.search(r"established|review\b|usability|feedback|consult|hearing", words):
        return IN_PLACE
    return OTHER
