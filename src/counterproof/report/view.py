"""What the templates show: everything as text and drawn charts, in the order of the page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from counterproof.audits.base import ALONG, Words
from counterproof.exhibit import Exhibit
from counterproof.report import numbers, tables, units, words
from counterproof.report.charts import (
    MOST_PANELS,
    WIDTHS,
    beside_spec,
    drawn_beside,
    drawn_panels,
    drawn_series,
    is_dense,
    series_spec,
    spec_of,
    ways_spec,
)
from counterproof.report.codings import Recoded, panel_of, recoded, table_of
from counterproof.report.differentials import Differentials, differentials
from counterproof.report.groups import plain
from counterproof.report.open_questions import changes, unclear
from counterproof.report.safe import shorten, slug
from counterproof.report.shapes import BIN, STRATA, Beside, Panel, Series, Ways, gathered, panels, together, ways
from counterproof.report.units import measure_words
from counterproof.report.verdicts import Told, tell

MOST_OPEN = 40
MOST_HOPS = 6
MOST_FIGURE = 40
"""Characters of a cell that still reads as one figure."""

__all__ = ["AuditView", "Chart", "Figure", "Page", "page"]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in two widths, and what it shows in words."""

    wide: str
    narrow: str
    alt: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure by group: heading, chart, tables."""

    id: str
    title: str
    label: str
    explanation: str
    formula: str
    split: str
    points: str
    level: str
    chart: Chart | None
    rates: list[tables.Rate]
    gaps: list[tables.Gap]
    no_gaps: str
    detectable: str
    spread: str
    within: list[tables.Within]
    strata: str
    assumptions: list[str]
    reference: str
    bounded: bool
    drawable: bool
    dense: bool
    hidden: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure along an axis: heading, small multiples, thinned table."""

    id: str
    title: str
    explanation: str
    axis: str
    chart: Chart
    blocks: list[tables.Block]
    reference: str
    marked: str
    left_out: int
    withheld: str
    beside: str


@dataclass(frozen=True, slots=True)
class Together:
    """Several measures side by side: heading, chart, and one table: the longer of groups and measures are its rows."""

    id: str
    title: str
    corner: str
    chart: Chart | None
    heads: list[str]
    rows: list[tuple[str, list[str]]]
    hidden: int
    note: str = ""

    @property
    def folded(self) -> bool:
        """Whether the table is shown only on demand: a chart says the same, or it is long."""
        return self.chart is not None or len(self.rows) > MOST_OPEN

    @property
    def worded(self) -> list[bool]:
        """Whether a column holds sentences or names, which stand flush left; figures stand flush right."""
        columns = zip(*(cells for _, cells in self.rows), strict=True)
        return [max(map(len, column)) > MOST_FIGURE or all(one[:1].isalpha() for one in column) for column in columns]


@dataclass(frozen=True, slots=True)
class UnderCodings:
    """One measure under every coding: chart, numbers and gaps with a column a coding."""

    id: str
    title: str
    split: str
    chart: Chart
    rates: tables.Block
    gaps: tables.Block
    reference: str
    points: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """One audit of the page."""

    name: str
    title: str
    question: str
    records: str
    population: str
    together: list[Together]
    figures: list[Figure]
    codings: list[UnderCodings]
    apart: list[Together]
    bins: list[Curve]
    curves: list[Curve]
    along: tuple[str, str]
    singles: list[tuple[str, tables.Rate]]
    others: list[tuple[Panel, list[tables.Rate]]]
    unclear: list[tuple[str, str]]
    withheld: int
    undefined: int
    checks: list[Any]
    changes: list[str]
    family: str
    words: Words | None
    same_as: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    title: str
    exhibit: Exhibit
    period: str
    records: str
    population: str
    claims: list[Told]
    tally: str
    audits: list[AuditView]


def page(exhibit: Exhibit) -> Page:
    """Everything the HTML report shows."""
    told = tell(exhibit)
    audits = [_audit(exhibit, audit, told) for audit in exhibit.results.audits]
    kinds = {found.population for found in exhibit.results.audits.values()}
    return Page(
        shorten(exhibit.plan.title, 200), exhibit, period(exhibit), records(exhibit),
        words.POPULATION[kinds.pop()] if len(kinds) == 1 else "", told, tally(told), audits,
    )  # fmt: skip


def period(exhibit: Exhibit) -> str:
    """From when to when, and when released."""
    spec = exhibit.plan.records
    parts = []
    if spec.from_ and spec.to:
        parts.append(f"from {numbers.day(spec.from_)} to {numbers.day(spec.to)}")
    elif spec.from_ or spec.to:
        parts.append(
            f"from {numbers.day(spec.from_)}" if spec.from_ else f"up to {numbers.day(spec.to)}" if spec.to else ""
        )
    else:
        parts.append("of a period that the plan does not state")
    parts.append(f"released {numbers.day(spec.released)}" if spec.released else "release date not stated")
    return ", ".join(parts)


def records(exhibit: Exhibit) -> str:
    """How many records, from which sources."""
    said = [(units.records(exhibit, source), shorten(source.name)) for source in exhibit.sources]
    if len(said) == 1:
        return said[0][0]
    return f"{len(said)} sources: {', '.join(f'{n} in “{name}”' for n, name in said)}" if said else "No source"


def tally(told: list[Told]) -> str:
    """How many claims got which verdict."""
    counts = [(word, sum(t.verdict == verdict for t in told)) for verdict, word in words.VERDICT.items()]
    if not told:
        return "No claim was put to these records."
    said = ", ".join(f"{n}{numbers.HARD}{word.lower()}" for word, n in counts if n)
    return f"{many(len(told), 'claim')}: {said}"


def many(n: int, what: str) -> str:
    """ "1 claim", "4 claims"."""
    return f"{n}{numbers.HARD}{what}{'' if n == 1 else 's'}"


def _audit(exhibit: Exhibit, audit: str, told: list[Told]) -> AuditView:
    found = exhibit.results.audits[audit]
    own = exhibit.audits[audit][0].words if audit in exhibit.audits else None
    every = panels(exhibit, audit)
    along = drawn_series(exhibit, audit)
    drawn = {p.key for p in drawn_panels(exhibit, audit)} | {b.key for b in drawn_beside(exhibit, audit)}
    elsewhere = gathered(exhibit, audit)
    main = [p for p in every if p.main and p.measure not in elsewhere]
    rest = [p for p in every if not p.main and p.measure not in elsewhere]
    return AuditView(
        name=audit,
        title=_title(exhibit, audit),
        question=own.question if own else "",
        records=units.read(exhibit, audit),
        population=words.POPULATION[found.population],
        together=[
            *(_together(one, drawn) for one in together(exhibit, audit)),
            *(_ways(one) for one in ways(exhibit, audit)),
        ],
        figures=[_figure(exhibit, panel, drawn=panel.key in drawn) for panel in main],
        codings=[_under_codings(one) for one in recoded(exhibit, audit)],
        apart=[_apart(one) for one in differentials(exhibit, audit)],
        bins=[_curve(exhibit, one) for one in along if one.binned],
        curves=[_curve(exhibit, one) for one in along if not one.binned],
        along=own.along if own else ALONG,
        singles=[(heading(panel), tables.rates(panel)[0]) for panel in rest if len(panel.rows) == 1],
        others=[(panel, tables.rates(panel)) for panel in rest if len(panel.rows) > 1],
        unclear=list(unclear(exhibit, audit, found)),
        withheld=sum(e.status == "suppressed" for e in found.estimates if e.primary),
        undefined=sum(e.status == "undefined" for e in found.estimates if e.primary),
        checks=list(found.checks),
        changes=list(changes(exhibit, audit, found, told)),
        family=many(found.family, "comparison") if found.family > 1 else "",
        words=own,
        same_as=next(
            (other for other in exhibit.results.audits if exhibit.results.audits[other].kind == found.kind), audit
        ),
    )


def heading(panel: Panel) -> str:
    """A panel's measure, by what it is split, and where."""
    by = f" by {' and '.join(map(plain, panel.split))}" if panel.split else ""
    return panel.label + by + (f", {panel.where}" if panel.where else "")


def _title(exhibit: Exhibit, audit: str) -> str:
    """The kind's title, with the audit's name where several audits share it."""
    titles = {name: kind.words.title for name, (kind, _) in exhibit.audits.items()}
    own = titles.get(audit, plain(audit))
    return f"{own}: {plain(audit)}" if list(titles.values()).count(own) > 1 else own


def _drawn(spec: Any, one: Panel | Series | Beside | Ways, alt: str) -> Chart:
    from counterproof.report.svg import draw

    wide, narrow = (draw(spec(one, width)) for width in WIDTHS)
    return Chart(wide, narrow, alt)


def _under_codings(one: Recoded) -> UnderCodings:
    by = f" by {' and '.join(map(plain, one.split))}" if one.split else ""
    alt = f"Chart of {one.label.lower()}{by} under each coding. The tables after it hold the same numbers."
    rates, gaps = table_of(one)
    return UnderCodings(
        f"figure-{slug(one.key)}", f"{one.label}{by}", " and ".join(map(plain, one.split)) or "group",
        _drawn(spec_of, panel_of(one), alt), rates, gaps, one.reference, ", points" if one.unit == "rate" else "",
    )  # fmt: skip


def _together(one: Beside, drawn: set[str]) -> Together:
    by = f" by {' and '.join(map(plain, one.split))}" if one.split else ""
    alt = f"Bars: {one.title.lower()}{by}, side by side. The table after them holds the same numbers."
    rows = one.rows[: tables.MOST_ROWS]
    said = [[tables.cell(e, one.unit) for e in row] for _, row in rows]
    heads, names = list(one.labels), [name for name, _ in rows]
    if len(names) < len(heads):
        said, heads, names = [list(row) for row in zip(*said, strict=True)], names, heads
    return Together(
        id=f"together-{slug(one.key)}",
        title=one.title + by,
        corner=" and ".join(map(plain, one.split)) if heads == list(one.labels) else "measure",
        chart=_drawn(beside_spec, one, alt) if one.key in drawn else None,
        heads=heads,
        rows=list(zip(names, said, strict=True)),
        hidden=len(one.rows) - len(rows),
    )


def _apart(one: Differentials) -> Together:
    rows = one.rows[: tables.MOST_ROWS]
    return Together(
        id=f"apart-{slug(one.key)}",
        title=one.title,
        corner=one.corner,
        chart=None,
        heads=one.heads,
        rows=rows,
        hidden=len(one.rows) - len(rows),
        note=one.note,
    )


def _ways(one: Ways) -> Together:
    alt = f"Chart of who can be reached from {one.origin}, and through whom first. The table after it holds the same."
    rows = [(shorten(party), [str(hops), shorten(through)]) for party, hops, through in one.steps[: tables.MOST_ROWS]]
    many = Counter(hops for _, hops, _ in one.steps)
    reached = ", ".join(f"{numbers.count(many[hops])} in {hops} hop{'s' * (hops > 1)}" for hops in sorted(many))
    if len(many) > MOST_HOPS:
        reached = f"{numbers.count(len(one.steps))} in all, the farthest in {max(many)} hops"
    return Together(
        id=f"ways-{slug(one.key)}",
        title=one.title,
        corner="party",
        chart=_drawn(ways_spec, one, alt),
        heads=["hops", "first from"],
        rows=rows,
        hidden=len(one.steps) - len(rows),
        note=f"Reached from {one.origin}: {reached}. Each stands below the one that it is first reached from.",
    )


def _figure(exhibit: Exhibit, panel: Panel, *, drawn: bool) -> Figure:
    own = measure_words(exhibit, panel.audit, panel.measure)
    levels = {row.estimate.level for row in panel.rows if row.estimate.level}
    rows, gaps = tables.rates(panel), tables.gaps(panel)
    return Figure(
        id=f"figure-{slug(panel.key)}",
        title=heading(panel),
        label=panel.label,
        points=", points" if panel.unit == "rate" else "",
        explanation=own.explanation if own else "",
        formula=own.formula if own else "",
        split=" and ".join(map(plain, panel.split)) or "group",
        level=numbers.level(levels.pop()) if len(levels) == 1 else "",
        chart=_drawn(spec_of, panel, _alt(panel, rows)) if drawn else None,
        rates=rows,
        gaps=[gap for gap in gaps if not gap.status],
        no_gaps=tables.listed([gap.name for gap in gaps if gap.status], "; "),
        detectable=tables.detectable(panel),
        spread="" if differentials(exhibit, panel.audit) else tables.spread(exhibit, panel),
        within=tables.within(panel),
        strata=plain(str(panel.strata[0].at[STRATA])) if panel.strata else "",
        assumptions=_assumptions(panel),
        reference=_reference(panel),
        bounded=any(row.estimate.status == "bounded" for row in panel.rows),
        drawable=panel.drawable,
        dense=is_dense(panel),
        hidden=max(0, len(panel.rows) - tables.MOST_ROWS),
    )


def _reference(panel: Panel) -> str:
    """How the caption names the reference, or that each system has one; nothing where none is marked."""
    named = [row.name for row in panel.rows if row.reference and row.estimate.value is not None]
    if is_dense(panel) or not named:
        return ""
    return f"dashed line: {named[0]}, the reference" if len(named) == 1 else "dashed lines: the references"


def _assumptions(panel: Panel) -> list[str]:
    """Each assumption that a row of a panel rests on, explained."""
    named = dict.fromkeys(row.estimate.assumption for row in panel.rows if row.estimate.assumption)
    return list(dict.fromkeys(said for name in named if (said := words.assumption(name or ""))))


def _alt(panel: Panel, rows: list[tables.Rate]) -> str:
    said = "; ".join(f"{row.name}{' (reference)' if row.reference else ''} {row.value}" for row in rows[:12])
    more = f"; and {len(rows) - 12} more" if len(rows) > 12 else ""
    return f"Chart of {panel.label.lower()} with intervals: {said}{more}. The table after it holds the same numbers."


def _curve(exhibit: Exhibit, one: Series) -> Curve:
    own = measure_words(exhibit, one.audit, one.measure)
    names = ", ".join(line.name for line in one.shown[:MOST_PANELS])
    axis = "score" if one.axis == BIN else plain(one.axis)
    by = f" by {' and '.join(map(plain, one.split))}" if one.split else ""
    alt = (
        f"Small charts of {one.label.lower()} by {axis}, one each for {names}. The table after them holds the numbers."
    )
    return Curve(
        id=f"curve-{slug(one.key)}",
        title=f"{one.label}{by}",
        explanation=own.explanation if own else "",
        axis=axis,
        chart=_drawn(series_spec, one, alt),
        blocks=tables.grid(one),
        reference="" if one.beside else next((line.name for line in one.shown if line.reference), ""),
        marked=f"{one.marked:g}" if one.marked is not None and not one.binned else "",
        left_out=max(0, len(one.shown) - MOST_PANELS),
        withheld=tables.listed(one.withheld, "; "),
        beside=one.beside[:1].lower() + one.beside[1:],
    )
