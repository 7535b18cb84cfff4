"""How a measure is named and written: its own words where its kind has them, what its findings look like otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from counterproof.audits.base import MeasureWords
from counterproof.exhibit import Exhibit, Provenance
from counterproof.report.groups import plain
from counterproof.report.numbers import HARD, Unit, count

__all__ = ["by_row", "everyone", "label", "measure_words", "of", "read", "records", "setting"]


def measure_words(exhibit: Exhibit, audit: str, measure: str) -> MeasureWords | None:
    """What the audit's kind says about a measure."""
    known = exhibit.audits.get(audit)
    return known[0].words.measures.get(measure) if known else None


def label(exhibit: Exhibit, audit: str, measure: str) -> str:
    """A measure's name for readers."""
    found = measure_words(exhibit, audit, measure)
    return found.label if found else plain(measure).capitalize()


def of(exhibit: Exhibit, audit: str, measure: str) -> Unit:
    """The unit in which a measure is written."""
    found = measure_words(exhibit, audit, measure)
    unit = found.unit if found else None
    if unit == "time":
        return getattr(exhibit.audits[audit][1], "unit", "days")
    if unit:
        return unit
    if audit not in exhibit.results.audits:
        return "number"
    estimates = [e for e in exhibit.results.audits[audit].estimates if e.measure == measure]
    if any(e.denominator is not None or e.status == "bounded" for e in estimates):
        return "rate"
    values = [e.value for e in estimates if e.value is not None]
    return "count" if values and all(value == round(value) for value in values) else "number"


def setting(exhibit: Exhibit, audit: str, at: Mapping[str, object], *, several: bool) -> Iterator[str]:
    """Settings of an estimate in words: those that its kind has words for, others where there are ``several``."""
    kind, options = exhibit.audits.get(audit, (None, None))
    phrases = kind.words.settings if kind else {}
    for key, value in at.items():
        if key in phrases:
            said = plain(value) if isinstance(value, str) else value
            told = phrases[key].format(value=said, unit=getattr(options, "unit", ""))
            yield re.sub(r"(?<=\d)%", f"{HARD}%", told)
        elif several:
            yield f"{plain(key)} {value}"


def by_row(exhibit: Exhibit, audit: str) -> frozenset[str]:
    """The keys of ``at`` that tell rows of one table apart."""
    known = exhibit.audits.get(audit)
    return frozenset(known[0].words.by_row) if known else frozenset()


def everyone(exhibit: Exhibit, audit: str) -> str:
    """What the group of everything is called."""
    known = exhibit.audits.get(audit)
    if known and known[0].words.everything:
        return known[0].words.everything
    return "Everyone" if known and known[0].counts_people else "All records"


def read(exhibit: Exhibit, audit: str) -> str:
    """What an audit read: "7,214 records", "2 published totals"."""
    return _many(exhibit, audit, exhibit.results.audits[audit].records)


def records(exhibit: Exhibit, source: Provenance) -> str:
    """What a source holds, in the words of the audits that read it; where they differ, in records."""
    by = [name for name, (_, options) in exhibit.audits.items() if options.source == source.name]
    said = {read(exhibit, name) for name in by if name in exhibit.results.audits}
    return said.pop() if len(said) == 1 else f"{count(source.records)}{HARD}records"


def _many(exhibit: Exhibit, audit: str, n: int) -> str:
    one, more = "record", "records"
    if audit in exhibit.audits:
        kind, options = exhibit.audits[audit]
        one, more = kind.things(options)
    return f"{count(n)}{HARD}{one if n == 1 else more}"
