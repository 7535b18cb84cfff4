"""The claims and their verdicts in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from counterproof.report.safe import sentence, visible

__all__ = ["markdown"]

_ORDER = ("contradicted", "supported", "undetermined", "untestable")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def markdown(results: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """A page with a section for each verdict that occurs, contradicted first, claims in the plan's order."""
    said = {claim["id"]: claim for claim in plan.get("claims", ())}
    parts = [f"# {_plain(plan.get('title', 'Claims'))}"]
    for verdict in _ORDER:
        found = [one for one in results["claims"] if one["verdict"] == verdict]
        if found:
            parts.append(f"## {verdict.capitalize()} ({len(found)})")
            parts += ["\n".join(_claim(one, said.get(one["id"], {}))) for one in found]
    return "\n\n".join(parts) + "\n"


def _claim(finding: Mapping[str, Any], claim: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {sentence(_plain(claim.get('text', finding['id'])))}"
    yield ""
    who = [_plain(claim["claimant"])] if claim.get("claimant") else []
    source = claim.get("source") or {}
    who += [_plain(str(source[key])) for key in ("title", "date") if source.get(key)]
    if source.get("url"):
        who.append(f"<{visible(source['url'])}>")
    if who:
        yield f"{', '.join(who)}{'' if claim.get('verbatim') else ' (paraphrase)'}"
        yield ""
    yield _plain(finding["because"])
    for reading in finding["readings"]:
        yield f"- {_plain(reading['name'])}: {reading['verdict']}"
    if finding["needs"]:
        yield ""
        yield "It would need:"
        yield ""
        yield from (f"- {_plain(need)}" for need in finding["needs"])


def _plain(text: str) -> str:
    """Text that means nothing to Markdown."""
    return _SPECIAL.sub(r"\\\1", visible(text))
