"""Both error rates along the score, where they cross, and the threshold that keeps false matches as rare as asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from counterproof.audits.identification.measures import DET, EER, ERROR_RATES, FMR, FNMR, ROCCH, THRESHOLD
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import At, CountRow, CountTable, Group, key_of
from counterproof.findings import Estimate, digits
from counterproof.stats.basis import Basis, Rate
from counterproof.stats.clustered import Clustered
from counterproof.stats.dyads import Deflated
from counterproof.stats.hull import HullCrossing
from counterproof.stats.matching import Crossing

__all__ = ["along", "thresholds"]

ALONG = " along"
HULL = "Thresholds between the shown ones could bring the hull down to the lower of these two numbers, and no further."
CROSSES = "Between two shown scores the one error rate falls below the other; it lies between these two numbers."


def thresholds(options: IdentificationOptions, errors: CountTable) -> Iterator[Estimate]:
    """The operating point of each system, where it was asked for by a false match rate."""
    if options.at_fmr is not None:
        for row in errors:
            if tuple(row.group) == options.base and None not in row.group.values():
                value = float(row.at["threshold"] or 0)
                end = "greatest" if options.distance else "least"
                said = f"The {end} score at which at most {options.at_fmr:f} of the non-mated comparisons match"
                said += " (of the group that the plan names)." if options.at_fmr_group else "."
                yield Estimate(THRESHOLD, row.group, {"at_fmr": float(options.at_fmr)}, "reported", value, note=said)


@dataclass(frozen=True, slots=True)
class _Point:
    """Both error rates of a group at one threshold."""

    row: CountRow
    fmr: Basis
    fnmr: Basis

    @property
    def ends(self) -> tuple[float, float]:
        """The lesser and the greater rate."""
        low, high = sorted((self.fmr.value or 0.0, self.fnmr.value or 0.0))
        return low, high


def along(
    options: IdentificationOptions, shown: Mapping[str, CountTable], at_the_point: Sequence[Estimate], level: float
) -> Iterator[Estimate]:
    """Every rate at other thresholds, the trade-off between the two, and the equal error rate."""
    errors, det = _joined(shown, ""), _joined(shown, ALONG)
    shares: dict[tuple[str, object], float] = {
        (e.measure, key_of(e.group)): _share(e, level) for e in at_the_point if e.measure in ERROR_RATES
    }
    drawn = list(dict.fromkeys(key_of(row.group) for row in det))
    for key in drawn:
        own = [row for row in errors if key_of(row.group) == key]
        every = [*own, *(row for row in det if key_of(row.group) == key)]
        points = [point for row in every if (point := _point(row, shares)) is not None]
        points.sort(key=lambda point: float(point.row.at["threshold"] or 0))
        for point in points:
            yield from _estimates(point, own, options, level)
        if points:
            yield _crossing(points, level)
            if tuple(points[0].row.group) == options.base:
                in_order = tuple((p.fmr, p.fnmr) for p in (points[::-1] if options.distance else points))
                yield _bounded(ROCCH, points[0].row.group, HullCrossing(in_order), HULL, level)


def _joined(shown: Mapping[str, CountTable], where: str) -> list[CountRow]:
    """Rows with the counts of both sides."""
    misses = shown.get(f"misses{where}", CountTable("none"))
    found = []
    for row in shown.get(f"errors{where}", CountTable("none")):
        other = misses.find(row.group, row.at)
        found += [] if other is None else [CountRow(row.group, row.at, {**row.counts, **other.counts})]
    return found


def _share(estimate: Estimate, level: float) -> float:
    """Effective over counted trials at the operating point."""
    basis = estimate.basis
    if isinstance(basis, Clustered) and basis.trials and basis.clusters is not None:
        return min(1.0, basis.effective(level) / basis.trials)
    return 1.0


def _point(row: CountRow, shares: dict[tuple[str, object], float]) -> _Point | None:
    found: list[Basis] = []
    for measure, (errors, _, trials) in ERROR_RATES.items():
        x, n = row[errors], row[trials]
        if x is None or not n:
            return None
        share = shares.get((measure, key_of(row.group)), 1.0)
        found.append(Rate(x, n) if share == 1.0 else Deflated(x, n, max(1.0, share * n)))
    return _Point(row, *found)


def _estimates(
    point: _Point, own: Sequence[CountRow], options: IdentificationOptions, level: float
) -> Iterator[Estimate]:
    """Both rates at a threshold that is not in use, and the trade-off at every one."""
    row = point.row
    if row not in own:
        for measure, basis in ((FMR, point.fmr), (FNMR, point.fnmr)):
            if measure in options.measures:
                yield _counted(measure, row, row.at, basis, level)
    # the threshold as text: the curve is drawn along the false match rate
    at: At = {FMR: digits(point.fmr.value), "threshold": str(row.at["threshold"])}
    if point.fmr.value and FNMR in options.measures and FMR in options.measures:
        yield replace(_counted(DET, row, at, point.fnmr, level), primary=True)


def _counted(measure: str, row: CountRow, at: At, basis: Basis, level: float) -> Estimate:
    errors, _, trials = ERROR_RATES[FMR if measure == FMR else FNMR]
    ends = basis.printed(level)
    plain = Estimate(measure, row.group, at, "estimated", basis.value, ends.low, ends.high, level, ends.method)
    return replace(plain, numerator=row[errors], denominator=row[trials], primary=False, basis=basis)


def _crossing(points: Sequence[_Point], level: float) -> Estimate:
    """The equal error rate of a group: at every threshold it lies between the two rates."""
    below = max(points, key=lambda point: point.ends[0])
    above = min(points, key=lambda point: point.ends[1])
    basis = Crossing((below.fmr, below.fnmr), (above.fmr, above.fnmr))
    return _bounded(EER, below.row.group, basis, CROSSES, level)


def _bounded(measure: str, group: Group, basis: Crossing | HullCrossing, note: str, level: float) -> Estimate:
    """A rate of which the shown thresholds leave a range, or nothing, open."""
    low, high = basis.identified
    ends = basis.printed(level)
    plain = Estimate(measure, group, {}, "bounded", None, ends.low, ends.high, level, ends.method, basis=basis)
    if low >= high:
        return replace(plain, status="estimated", value=low)
    return replace(plain, identified_low=low, identified_high=high, note=note)
