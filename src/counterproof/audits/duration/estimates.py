"""The main figures of each group: mean up to a horizon, median, quantiles, share done, ways of ending, curve."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from counterproof.audits.comparing import UNBOUNDED
from counterproof.audits.duration.options import DurationOptions
from counterproof.audits.duration.tabulate import MILLION, NANO, NEVER, TINY
from counterproof.counts import At, CountRow, CountTable, Group, key_of
from counterproof.findings import Estimate, Population
from counterproof.stats.basis import Basis, Exact
from counterproof.stats.effective import EffectiveRate
from counterproof.stats.survival import Moments, log_rank_p_value
from counterproof.stats.times import LEVELS, Complement, RestrictedMean, ShareDone, TimeQuantile

__all__ = ["Kit", "curves", "estimated", "incidence", "log_rank", "main", "quantile_name"]

EMPTY = CountTable("empty")
BEYOND = "cases that were followed so long: the records end before"
EMPTIED = "cases from the start: at first so few were under observation that all of them ended, and others came later"
NEVER_REACHED = "So many were not done as far as the cases could be followed."


@dataclass(frozen=True, slots=True)
class Kit:
    """What every figure needs: the options, the shown counts, and how they are read."""

    options: DurationOptions
    shown: Mapping[str, CountTable]
    population: Population
    level: float
    curve: dict[object, tuple[tuple[float, ShareDone], ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        by: dict[object, list[tuple[float, ShareDone]]] = {}
        for table in ("curve", "share"):
            for row in self.shown.get(table, EMPTY):
                share = _share(row)
                if share is not None:
                    by.setdefault(key_of(row.group), []).append((float(next(iter(row.at.values())) or 0), share))
        self.curve.update({key: tuple(sorted(points, key=lambda p: p[0])) for key, points in by.items()})

    def table(self, name: str) -> CountTable:
        """A shown table; empty where there is none."""
        return self.shown.get(name, EMPTY)


def main(kit: Kit) -> Iterator[Estimate]:
    """Every main figure of every group, in the order of the measures."""
    for row in kit.table("cases"):
        for measure in kit.options.measures:
            yield from _OF[measure](kit, row.group, withheld=row["records"] is None)


def _rmst(kit: Kit, group: Group, *, withheld: bool) -> Iterator[Estimate]:
    horizons = {key_of(row.at): row.at for row in kit.table("rmst")}
    for at in horizons.values():
        row = kit.table("rmst").find(group, at)
        if row is None:
            yield _absent("rmst", group, at, withheld)
        elif row["mean"] is None or row["done"] is None or row["records"] is None:
            yield Estimate("rmst", group, at, "suppressed")
        else:
            horizon = float(at["horizon"] or 0)
            mean, error = (row["mean"] or 0) / TINY, (row["standard_error"] or 0) / TINY
            yield estimated(kit, "rmst", group, at, RestrictedMean(mean, error, row["records"], row["done"], horizon))


def _shares(kit: Kit, group: Group, *, withheld: bool) -> Iterator[Estimate]:
    for within in kit.options.within:
        at = {"within": within}
        row = kit.table("share").find(group, at)
        if row is None:
            yield _absent("share_done_within", group, at, withheld)
        elif row["survival"] is None:
            yield Estimate("share_done_within", group, at, "suppressed")
        elif row["survival"] == NEVER:
            yield Estimate("share_done_within", group, at, "not_identified", note=BEYOND)
        else:
            share = _share(row)
            assert share is not None  # noqa: S101 - seen to above
            yield estimated(kit, "share_done_within", group, at, share)


def _share(row: CountRow) -> ShareDone | None:
    s, effective, mean, size, further = (row[name] for name in ("survival", "effective", "mean", "size", "further"))
    if s is None or s == NEVER or effective is None or mean is None or size is None or further is None:
        return None
    upper = Moments(mean / NANO, size / MILLION) if size > 0 else None
    return ShareDone(s / NANO, effective / MILLION, upper, further)


def _median(kit: Kit, group: Group, *, withheld: bool) -> Iterator[Estimate]:
    yield _quantile(kit, group, 0.5, withheld)


def _quantiles(kit: Kit, group: Group, *, withheld: bool) -> Iterator[Estimate]:
    for share in kit.options.quantiles:
        yield _quantile(kit, group, float(share), withheld)


def quantile_name(share: float) -> tuple[str, At]:
    """The measure under which a quantile stands, and where."""
    return ("median_time", {}) if share == 0.5 else ("quantile_time", {"quantile": share})


def _quantile(kit: Kit, group: Group, share: float, withheld: bool) -> Estimate:
    measure, at = quantile_name(share)
    row = kit.table("quantile").find(group, {"quantile": share})
    if row is None:
        return _absent(measure, group, at, withheld)
    if row["time"] is None:
        return Estimate(measure, group, at, "suppressed")
    ends = {}
    for level in LEVELS:
        low, high = (row[f"{end}_{1000 * level:.0f}"] for end in ("low", "high"))
        ends[level] = ((low or 0) / TINY, None if high is None or high == NEVER else high / TINY)
    time = None if row["time"] == NEVER else row["time"] / TINY
    basis = TimeQuantile(share, time, ends, kit.curve.get(key_of(group), ()))
    if time is not None:
        return estimated(kit, measure, group, at, basis)
    plain = Estimate(measure, group, at, "bounded", identified_low=(row["last"] or 0) / TINY, note=NEVER_REACHED)
    interval = basis.printed(kit.level)
    plain = replace(plain, low=interval.low, unbounded="high", level=kit.level, method=interval.method, basis=basis)
    return plain if kit.population == "process" else replace(plain, low=plain.identified_low, level=None, method=None)


_OF = {"rmst": _rmst, "median_time": _median, "quantile_time": _quantiles, "share_done_within": _shares}


def _absent(measure: str, group: Group, at: At, withheld: bool) -> Estimate:
    """A group without a row: too few cases, or none from the start."""
    if withheld:
        return Estimate(measure, group, at, "suppressed")
    return Estimate(measure, group, at, "not_identified", note=EMPTIED)


def estimated(kit: Kit, measure: str, group: Group, at: At, basis: Basis) -> Estimate:
    """A number with its printed interval; for records that are all there is, the number alone."""
    if kit.population == "records" and basis.value is not None:
        return Estimate(measure, group, at, "reported", basis.value, basis=Exact(basis.value))
    interval = basis.printed(kit.level)
    low, high = (end if math.isfinite(end) else None for end in (interval.low, interval.high))
    return Estimate(
        measure, group, at, "estimated", basis.value, low, high, kit.level, interval.method,
        unbounded=UNBOUNDED[low is None, high is None], basis=basis,
    )  # fmt: skip


def incidence(kit: Kit) -> Iterator[Estimate]:
    """The share that ended in each way by a time."""
    for row in kit.table("incidence"):
        if row["share"] is None or row["effective"] is None:
            yield Estimate("share_ended_within", row.group, row.at, "suppressed")
        else:
            basis = EffectiveRate(min(1.0, row["share"] / NANO), row["effective"] / MILLION)
            yield estimated(kit, "share_ended_within", row.group, row.at, basis)


def log_rank(kit: Kit) -> Iterator[Estimate]:
    """The log-rank statistic of each column, and its p-value."""
    for row in kit.table("log_rank"):
        statistic, degrees = row["statistic"], row["degrees"]
        if statistic is None or degrees is None:
            yield Estimate("log_rank", {}, row.at, "suppressed")
            continue
        value = statistic / MILLION
        said = f"{degrees} degree{'' if degrees == 1 else 's'} of freedom"
        yield Estimate("log_rank", {}, row.at, "reported", value, note=f"{said}.")
        yield Estimate("log_rank_p_value", {}, row.at, "reported", log_rank_p_value(value, degrees), note=f"{said}.")


def curves(kit: Kit) -> Iterator[Estimate]:
    """The share of cases still open along the time, and how many were followed so long."""
    for row in kit.table("curve"):
        share = _share(row)
        if row["survival"] == NEVER:
            continue
        if share is None:
            yield Estimate("survival", row.group, row.at, "suppressed")
        else:
            yield estimated(kit, "survival", row.group, row.at, Complement(share))
    for row in kit.table("at_risk"):
        status = "suppressed" if row["at_risk"] is None else "reported"
        yield Estimate("at_risk", row.group, row.at, status, row["at_risk"])  # type: ignore[arg-type]
