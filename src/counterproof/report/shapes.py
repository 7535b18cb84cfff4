"""Findings sorted by their shape, which is all that charts and tables go by: rates by group, and series along an axis.

A ``Panel`` is one measure over the groups of one split. A ``Series`` is one measure along one key of ``at`` (threshold,
bin, horizon, …). No kind of audit is special here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from counterproof.counts import Group, key_of
from counterproof.exhibit import Exhibit
from counterproof.findings import AuditFindings, Contrast, Estimate
from counterproof.report import units
from counterproof.report.groups import columns, in_order, name, reference_of, references_of
from counterproof.report.numbers import Unit
from counterproof.report.words import assumed

__all__ = [
    "BIN", "Beside", "Line", "Panel", "Row", "Series", "Ways", "axis_of", "gathered", "has_number", "main_measures",
    "panels", "series", "spreads", "together", "ways",
]  # fmt: skip

MAIN_MEASURES = 6
AXIS_VALUES = 3
MOST_SILENT = 3
"""Groups without a number that keep a row of their own in a chart or on the terminal."""
BIN_EDGES = ("from", "to")
BIN = "bin"
"""The axis of bins of a score; other axes whose places have two edges run on from one start."""
TO, THROUGH = "party", "through"
"""Keys of ``group`` of a finding about a way: who was reached, and from whom first."""
CODING = "coding"
"""The key of ``at`` that names another coding than the plan's: such numbers have a place of their own."""
OVER = "over"
"""The key of ``at`` that names the column over whose groups a measure was spread."""
STRATA = "strata"
"""The key of ``at`` that names the column within whose values two groups were compared."""


@dataclass(frozen=True, slots=True)
class Row:
    """One group's estimate in a panel."""

    name: str
    reference: bool
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure by group. ``main`` panels are drawn and tabled one by one; the others share a table."""

    key: str
    audit: str
    measure: str
    label: str
    unit: Unit
    split: tuple[str, ...]
    where: str
    rows: tuple[Row, ...]
    contrasts: tuple[Contrast, ...]
    main: bool
    strata: tuple[Contrast, ...] = ()

    @property
    def drawable(self) -> bool:
        """Whether any group has a number or a bound; everybody alone is one where there are no groups."""
        return any(has_number(r.estimate) for r in self.rows if r.estimate.group or not self.split)


@dataclass(frozen=True, slots=True)
class Beside:
    """Several measures of one unit by group, side by side; ``rows``: a group's name and its estimates."""

    key: str
    audit: str
    title: str
    drawn: bool
    unit: Unit
    split: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Estimate | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Where something can get to from one origin; ``steps``: each place, by how many hops, and from where first."""

    key: str
    audit: str
    title: str
    origin: str
    steps: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One group's points of a series, in the order of the axis."""

    name: str
    reference: bool
    points: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One measure along an axis, a line a group. ``marked`` is the axis value of the primary estimates, if one.

    ``beside`` names a measure without intervals over the same bins, ``companions`` its points by the line's name: a
    mean score is drawn into the chart of the outcome rates that it is held against.
    """

    key: str
    audit: str
    measure: str
    label: str
    unit: Unit
    axis: str
    split: tuple[str, ...]
    lines: tuple[Line, ...]
    marked: float | None
    binned: bool
    axis_unit: Unit = "number"
    beside: str = ""
    companions: Mapping[str, tuple[Estimate, ...]] = field(default_factory=dict)

    @property
    def powers(self) -> bool:
        """Whether the axis is one of powers of ten: it spans two of them or more, and nothing stands at zero."""
        places = [float(p.at[self.axis] or 0) for line in self.lines for p in line.points]
        return not self.binned and min(places, default=0) > 0 and max(places) >= 100 * min(places)

    @property
    def shown(self) -> list[Line]:
        """The lines that have a point."""
        return [line for line in self.lines if any(has_number(p) for p in line.points)]

    @property
    def withheld(self) -> list[str]:
        """The names of the others."""
        return [line.name for line in self.lines if not any(has_number(p) for p in line.points)]


def has_number(e: Estimate) -> bool:
    """Whether there is something to draw."""
    return any(x is not None for x in (e.value, e.identified_low, e.identified_high))


def main_measures(exhibit: Exhibit, audit: str) -> list[str]:
    """The measures that the audit's options name, else the first few that it found."""
    found = exhibit.results.audits[audit]
    present = list(dict.fromkeys(e.measure for e in found.estimates))
    options = exhibit.audits[audit][1] if audit in exhibit.audits else None
    named = [m for m in getattr(options, "measures", ()) or () if m in present]
    return named or present[:MAIN_MEASURES]


def axis_of(estimate: Estimate) -> Mapping[str, object]:
    """What stands in ``at`` besides the edges of a bin."""
    return {key: value for key, value in estimate.at.items() if key not in BIN_EDGES}


def _panel_of(exhibit: Exhibit, audit: str, estimate: Estimate) -> dict[str, object]:
    """What stands in ``at`` and is the same in a whole panel."""
    return {key: value for key, value in axis_of(estimate).items() if key not in units.by_row(exhibit, audit)}


def _axes(estimates: Sequence[Estimate]) -> list[str]:
    """Keys of ``at`` with at least three numeric values: those along which a measure is a series."""
    values: dict[str, set[object]] = {}
    for estimate in estimates:
        for key, value in axis_of(estimate).items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                values.setdefault(key, set()).add(value)
    return [key for key, found in values.items() if len(found) >= AXIS_VALUES]


def _by_measure(found: AuditFindings) -> dict[str, list[Estimate]]:
    by: dict[str, list[Estimate]] = {}
    for estimate in found.estimates:
        if CODING not in estimate.at:
            by.setdefault(estimate.measure, []).append(estimate)
    return by


def panels(exhibit: Exhibit, audit: str) -> list[Panel]:
    """Every panel of an audit: main measures first, then by measure, split and ``at`` in the order found."""
    found = exhibit.results.audits[audit]
    main = main_measures(exhibit, audit)
    by = _by_measure(found)
    made: list[Panel] = []
    for measure in [*main, *(m for m in by if m not in main)]:
        rows = [e for e in by[measure] if OVER not in e.at]
        primary = [e for e in rows if e.primary or units.by_row(exhibit, audit) & e.at.keys()]
        if _axes(primary):
            continue
        at_of = {id(e): key_of(_panel_of(exhibit, audit, e)) for e in rows}  # type: ignore[arg-type]
        shown = dict.fromkeys(at_of[id(e)] for e in primary)
        chosen = {id(e) for e in primary}
        beside = [e for e in rows if id(e) not in chosen and e.assumption and at_of[id(e)] in shown]
        for at in shown:
            here = [e for e in [*primary, *beside] if at_of[id(e)] == at]
            made += _panels_at(exhibit, audit, measure, here, dict(at), measure in main)
    return made


def _panels_at(
    exhibit: Exhibit, audit: str, measure: str, here: list[Estimate], at: Mapping[str, object], main: bool
) -> list[Panel]:
    found = exhibit.results.audits[audit]
    splits = list(dict.fromkeys(columns(e.group) for e in here if e.group)) or [()]
    of_measure = [e for e in found.estimates if e.measure == measure and e.primary]
    several = len({key_of(_panel_of(exhibit, audit, e)) for e in of_measure}) > 1  # type: ignore[arg-type]
    where = ", ".join(units.setting(exhibit, audit, at, several=several))
    made = []
    for split in splits:
        references = references_of(found, split) if split else []
        rows = tuple(_rows(exhibit, audit, [e for e in here if columns(e.group) in ((), split)], references))
        contrasts = tuple(_contrasts(found, measure, split, at, units.by_row(exhibit, audit)))
        strata = tuple(c for c in found.contrasts if STRATA in c.at and _beside(c, measure, split, at))
        key = "-".join((audit, measure, *split, *(f"{k}-{v}" for k, v in at.items() if several)))
        made.append(
            Panel(
                key, audit, measure, units.label(exhibit, audit, measure), units.of(exhibit, audit, measure),
                split, where, rows, contrasts, main, strata,
            )
        )  # fmt: skip
    return made


def _rows(exhibit: Exhibit, audit: str, estimates: Sequence[Estimate], references: Sequence[Group]) -> Iterable[Row]:
    reference = references[0] if len(references) == 1 else None
    held_against = {key_of(group) for group in references}
    everyone = units.everyone(exhibit, audit)
    of_group: dict[object, list[Estimate]] = {}
    for estimate in estimates:
        of_group.setdefault(key_of(estimate.group), []).append(estimate)
    for group in _ordered(exhibit, audit, estimates, reference):
        for estimate in of_group[key_of(group)]:
            if estimate.assumption and not has_number(estimate):
                continue
            marked = key_of(group) in held_against and estimate.assumption is None
            given = f", if {assumed(estimate.assumption)}" if estimate.assumption else ""
            own = {key: value for key, value in estimate.at.items() if key in units.by_row(exhibit, audit)}
            told = "".join(f", {part}" for part in units.setting(exhibit, audit, own, several=True))
            yield Row(name(group, everyone) + told + given, marked, estimate)


def _ordered(exhibit: Exhibit, audit: str, estimates: Sequence[Estimate], reference: Group | None) -> list[Group]:
    """Groups of people in text order, whatever their rates; records about institutions as their audit put them."""
    people = audit not in exhibit.audits or exhibit.audits[audit][0].counts_people
    groups = [e.group for e in estimates]
    return in_order(groups, reference) if people else list({key_of(group): group for group in groups}.values())


def spreads(exhibit: Exhibit, panel: Panel) -> list[Estimate]:
    """How far the groups of a panel lie apart: the measures ``<measure>.<statistic>`` over its one column."""
    if len(panel.split) != 1:
        return []
    found = exhibit.results.audits[panel.audit].estimates
    return [
        e for e in found
        if e.measure.startswith(f"{panel.measure}.") and e.at.get(OVER) == panel.split[0]
        and all(e.at.get(k) == v for row in panel.rows[:1] for k, v in row.estimate.at.items())
    ]  # fmt: skip


def _contrasts(
    found: AuditFindings, measure: str, split: Sequence[str], at: Mapping[str, object], by_row: Collection[str]
) -> Iterable[Contrast]:
    here = []
    for c in found.contrasts:
        own = {key: value for key, value in c.at.items() if key not in by_row}
        if c.measure == measure and columns(c.group) == tuple(split) and (not own or _same(own, at)):
            here.append(c)
    for group in in_order(c.group for c in here):
        yield from (c for c in here if key_of(c.group) == key_of(group))


def _beside(c: Contrast, measure: str, split: Sequence[str], at: Mapping[str, object]) -> bool:
    """Whether a contrast within strata belongs to a panel."""
    plain = {key: value for key, value in c.at.items() if key != STRATA}
    return c.measure == measure and columns(c.group) == tuple(split) and (not plain or _same(plain, at))


def together(exhibit: Exhibit, audit: str) -> list[Beside]:
    """The measures that an audit wants side by side, by each split; those without any number are left out."""
    wanted = exhibit.audits[audit][0].words.together if audit in exhibit.audits else ()
    every = [p for p in panels(exhibit, audit) if p.drawable]
    made = []
    for number, one in enumerate(wanted, start=1):
        mine = [p for p in every if p.measure in one.measures]
        for split in dict.fromkeys(p.split for p in mine):
            here = sorted((p for p in mine if p.split == split), key=lambda p: one.measures.index(p.measure))
            names = dict.fromkeys(row.name for p in here for row in p.rows)
            by = [{row.name: row.estimate for row in p.rows} for p in here]
            rows = tuple((name, tuple(column.get(name) for column in by)) for name in names)
            key = "-".join((audit, f"together{number}", *split))
            twice = {p.measure for p in here if [other.measure for other in here].count(p.measure) > 1}
            labels = tuple(f"{p.label}, {p.where}" if p.measure in twice and p.where else p.label for p in here)
            made.append(Beside(key, audit, one.title, one.drawn, here[0].unit, split, labels, rows))
    return made


def ways(exhibit: Exhibit, audit: str) -> list[Ways]:
    """The ways of every origin: findings whose group says who was reached through whom."""
    by: dict[tuple[str, ...], list[Estimate]] = {}
    for e in exhibit.results.audits[audit].estimates:
        if THROUGH in e.group:
            by.setdefault((e.measure, *(str(v) for k, v in e.group.items() if k not in (TO, THROUGH))), []).append(e)
    made = []
    for (measure, *labels), found in by.items():
        steps = tuple((str(e.group[TO]), int(e.value or 0), str(e.group[THROUGH])) for e in found)
        title = f"{units.label(exhibit, audit, measure)}: {', '.join(labels)}"
        made.append(Ways("-".join((audit, measure, *labels)), audit, title, labels[0], steps))
    return made


def gathered(exhibit: Exhibit, audit: str) -> frozenset[str]:
    """The measures that stand together with others and need no place of their own."""
    wanted = exhibit.audits[audit][0].words.together if audit in exhibit.audits else ()
    followed = {e.measure for e in exhibit.results.audits[audit].estimates if THROUGH in e.group}
    return frozenset(measure for one in wanted for measure in one.measures) | followed


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return {k: str(v) for k, v in one.items()} == {k: str(v) for k, v in other.items()}


def series(exhibit: Exhibit, audit: str) -> list[Series]:
    """Every series of an audit: all measures in bins, and the main measures along any other axis."""
    found = exhibit.results.audits[audit]
    main = main_measures(exhibit, audit)
    made: list[Series] = []
    for measure, estimates in _by_measure(found).items():
        for axis in _axes(estimates):
            if measure not in main and axis != BIN and any(not e.primary for e in estimates):
                continue
            here = [e for e in estimates if axis in e.at and STRATA not in e.at]
            splits = list(dict.fromkeys(columns(e.group) for e in here if e.group)) or [()]
            made += [
                _series(exhibit, audit, measure, axis, split, here) for split in splits if len(split) < 2 or axis == BIN
            ]
    return _joined([one for one in made if one.shown and not _repeats(one, made)])


def _repeats(one: Series, every: Sequence[Series]) -> bool:
    """Whether only everybody has points here, and stands in another series of the same measure as well."""
    alone = bool(one.split) and all(not p.group for line in one.shown for p in line.points)
    others = [other for other in every if (other.measure, other.axis) == (one.measure, one.axis) and other is not one]
    return alone and any(len(other.shown) > 1 or every.index(other) < every.index(one) for other in others)


def _joined(every: Sequence[Series]) -> list[Series]:
    """Each binned series without intervals put into the one with intervals over the same bins."""
    bare = [one for one in every if one.binned and all(p.low is None for line in one.lines for p in line.points)]
    keys = {one.key for one in bare}
    full = [one for one in every if one.key not in keys]
    made = []
    for one in every:
        if one.key in keys and any(_same_bins(one, other) for other in full):
            continue
        beside = next((other for other in bare if one.key not in keys and _same_bins(other, one)), None)
        if beside is not None:
            one = replace(one, beside=beside.label, companions={line.name: line.points for line in beside.lines})
        made.append(one)
    return made


def _same_bins(one: Series, other: Series) -> bool:
    def bins(each: Series) -> list[object]:
        return [key_of(p.at) for line in each.lines for p in line.points]

    return one.binned and (one.axis, one.split) == (other.axis, other.split) and bins(one) == bins(other)


def _series(
    exhibit: Exhibit, audit: str, measure: str, axis: str, split: tuple[str, ...], estimates: Sequence[Estimate]
) -> Series:
    found = exhibit.results.audits[audit]
    reference = reference_of(found, split) if split else None
    chosen = [e for e in estimates if columns(e.group) in ((), split)]
    everyone = units.everyone(exhibit, audit)
    lines = tuple(
        Line(
            name(group, everyone),
            reference is not None and key_of(group) == key_of(reference),
            tuple(
                sorted((e for e in chosen if key_of(e.group) == key_of(group)), key=lambda e: float(e.at[axis] or 0))
            ),
        )
        for group in in_order((e.group for e in chosen), reference)
    )
    primary = {float(e.at[axis] or 0) for e in chosen if e.primary}
    return Series(
        "-".join((audit, measure, "by", axis, *split)), audit, measure, units.label(exhibit, audit, measure),
        units.of(exhibit, audit, measure), axis, split, lines, primary.pop() if len(primary) == 1 else None,
        all("from" in e.at and "to" in e.at for e in chosen),
        "rate" if units.measure_words(exhibit, audit, axis) and units.of(exhibit, audit, axis) == "rate" else "number",
    )  # fmt: skip
