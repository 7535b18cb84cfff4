"""A draft as the text of a plan, with what was guessed marked and what is open said."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yaml

from counterproof.report.safe import visible

if TYPE_CHECKING:
    from counterproof.audits.base import Audit
    from counterproof.sources import Look
    from counterproof.starter.choose import Draft

__all__ = ["FILL_IN", "written"]

FILL_IN = "FILL_IN"
_WIDE = 110
_MOST_NAMED = 40


def written(
    audit: Audit[Any], title: str, source: Mapping[str, Any], chosen: Draft, looks: Sequence[Look], rows: int | None
) -> str:
    """The plan of one audit of one source, as YAML with comments.

    ``rows`` is None where the source was not looked at, since the kind recognises its layouts by itself.
    """
    said = [f"A starter plan: {audit.words.title.lower()}.", audit.words.question, *_seen(looks, rows)]
    if chosen.guessed:
        said.append(
            "What is marked as a guess was guessed from names and states of columns: read it before you run it."
        )
    if chosen.open:
        said.append(f"{FILL_IN} stands where nothing could be guessed.")
    said.append("counterproof check PLAN names what is wrong; counterproof run PLAN writes the report.")
    lines = [_comment(line) for line in said]
    lines += ["", f"title: {_value(title)}", "", "sources:", "  records:"]
    lines += [f"    {key}: {_value(value)}" for key, value in source.items()]
    lines += ["", "audits:", f"  {_value(audit.kind)}:", f"    kind: {_value(audit.kind)}", "    source: records"]
    lines += [
        f"    {_value(key)}: {_value(value)}  # guess: {chosen.why[key]}" for key, value in chosen.guessed.items()
    ]
    for key, candidates in chosen.open.items():
        remark = " ".join(visible(f"{_described(audit, key)}{_could_be(candidates)}").split())
        lines += [f"    {_value(key)}: {FILL_IN}_{key}  # {remark}"]
    others = [key for key in _keys(audit) if key not in chosen.guessed and key not in chosen.open]
    lines += [
        _comment("Further keys, as docs/plan.md explains them: " + ", ".join(others) + ".", 4),
        "",
        *_claim(audit),
    ]
    return "\n".join(lines) + "\n"


def _seen(looks: Sequence[Look], rows: int | None) -> list[str]:
    if rows is None:
        return ["The columns are recognised when it runs, so nothing was looked at here."]
    names = [f"{look.name} ({look.distinct} different)" for look in looks if not look.refused and look.distinct]
    more = f", and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    told = [f"{rows:,} rows. Columns: {', '.join(names[:_MOST_NAMED])}{more}."]
    refused = [look.name for look in looks if look.refused]
    if refused:
        told.append(f"Refused, since they may identify persons: {', '.join(refused[:_MOST_NAMED])}.")
    return told


def _keys(audit: Audit[Any]) -> list[str]:
    return [key for key in audit.options.model_fields if key not in ("kind", "source")]


def _described(audit: Audit[Any], key: str) -> str:
    field = audit.options.model_fields.get(key)
    return (field.description or key) if field else key


def _could_be(candidates: Sequence[str]) -> str:
    return f"; could be {', '.join(candidates[:_MOST_NAMED])}" if candidates else ""


def _claim(audit: Audit[Any]) -> list[str]:
    """A claim to copy, as comments, about the first measure of the kind."""
    measure = next(iter(audit.words.measures), "MEASURE")
    example = f"""
        What was claimed, word for word, and what the records must show for it to hold:
        claims:
          - id: first-claim
            text: What was said.
            claimant: who said it, where and when
            test: {{audit: {audit.kind}, measure: {measure}, expect: ">= 0.5"}}
        """
    return [f"# {line}".rstrip() for line in textwrap.dedent(example).strip().splitlines()]


def _value(value: object) -> str:
    """One YAML value on one line, quoted where it must be."""
    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=10**9)
    return text.removesuffix("...\n").strip()


def _comment(text: str, indent: int = 0) -> str:
    mark = " " * indent + "# "
    clean = " ".join(visible(text).split())
    return "\n".join(textwrap.wrap(clean, _WIDE, initial_indent=mark, subsequent_indent=mark, break_long_words=False))
