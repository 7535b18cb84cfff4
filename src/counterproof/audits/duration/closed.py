"""What closed cases alone would say, how far that is from the honest figure, and what open cases leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from counterproof.audits.comparing import proportion
from counterproof.audits.duration.estimates import Kit, estimated, quantile_name
from counterproof.audits.duration.tabulate import MILLION, TINY
from counterproof.counts import At, CountRow, key_of
from counterproof.findings import Estimate
from counterproof.stats.basis import Bounds, Exact, Mean

__all__ = ["BIAS", "CLOSED_ONLY", "ENDS_OPEN", "biases", "bounds", "figures"]

CLOSED_ONLY = "closed_cases_only"
ENDS_OPEN = "open_cases_may_go_on_in_any_way"
BIAS = "closed_only_bias"
NOTE = "Cases that were last seen open may have ended the next day, or never."


def figures(kit: Kit) -> Iterator[Estimate]:
    """The main figures as closed cases alone give them: what an average of closed cases says, and no more."""
    for row in kit.table("closed"):
        measure, at = _place(row)
        if measure not in kit.options.measures:
            continue
        plain = Estimate(measure, row.group, at, "suppressed", assumption=CLOSED_ONLY, primary=False)
        if row["value"] is None:
            yield plain
        else:
            value = row["value"] / TINY
            yield replace(plain, status="reported", value=value, basis=Exact(value))


def _place(row: CountRow) -> tuple[str, At]:
    if "quantile" in row.at:
        return quantile_name(float(row.at["quantile"] or 0))
    return ("share_done_within" if "within" in row.at else "rmst"), row.at


def biases(main: Sequence[Estimate], beside: Sequence[Estimate]) -> Iterator[Estimate]:
    """Closed cases alone less the honest figure: how much counting only them makes times look shorter."""
    honest = {(e.measure, key_of(e.group), key_of(e.at)): e for e in main}
    for estimate in beside:
        if estimate.assumption != CLOSED_ONLY:
            continue
        own = honest.get((estimate.measure, key_of(estimate.group), key_of(estimate.at)))
        measure = f"{estimate.measure}.{BIAS}"
        if own is None or own.value is None or estimate.value is None:
            if own is not None and "suppressed" in (own.status, estimate.status):
                yield Estimate(measure, estimate.group, estimate.at, "suppressed")
            continue
        value = estimate.value - own.value
        yield Estimate(measure, estimate.group, estimate.at, "reported", value, basis=Exact(value))


def bounds(kit: Kit) -> Iterator[Estimate]:
    """Bounds over every way in which cases that were last seen open may have gone on; Manski's, with sampling error."""
    for row in kit.table("bounds"):
        measure = "rmst" if "horizon" in row.at else "share_done_within"
        if measure not in kit.options.measures:
            continue
        plain = Estimate(measure, row.group, row.at, "suppressed", assumption=ENDS_OPEN, primary=False)
        n, done, lost = row["records"], row["done"], row["lost"]
        if n is None or done is None or lost is None:
            yield plain
        elif measure == "share_done_within":
            low, high = (
                proportion(measure, row.group, row.at, x, n, kit.population, kit.level) for x in (done, done + lost)
            )
            yield _bounded(kit, plain, low, high)
        else:
            horizon = float(row.at["horizon"] or 0)
            ends = [
                estimated(
                    kit,
                    measure,
                    row.group,
                    row.at,
                    Mean(n, row[f"{end}_total"] or 0, row[f"{end}_squares"] or 0, MILLION, 0.0, horizon),
                )
                for end in ("low", "high")
            ]
            yield _bounded(kit, plain, *ends)


def _bounded(kit: Kit, plain: Estimate, low: Estimate, high: Estimate) -> Estimate:
    basis = Bounds(low.basis or Exact(low.value or 0.0), high.basis or Exact(high.value or 0.0))
    found = replace(
        plain, status="bounded", identified_low=low.value, identified_high=high.value, basis=basis, note=NOTE
    )
    if kit.population == "records":
        return found
    around = basis.printed(kit.level)
    return replace(found, low=around.low, high=around.high, level=kit.level, method=around.method)
