"""Published tables of counts: what their rounding, their hidden counts and their totals leave open.

Each published cell stands for a range of counts. A rate is bounded over every table that agrees with all the ranges:
its least value has each cell above the line at its least and each other cell at its greatest. Cells are independent of
each other, so both ends are reached. The finest cells carry the sums of both ends (``Published.ranges``), since the
number of published cells behind a count decides how far it may be off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from counterproof.audits.score.rates import OUTSIDE, Part, Rates, atoms_of, role_of
from counterproof.findings import Check, Contrast, Estimate, Population
from counterproof.reductions.published import Published
from counterproof.stats.basis import Bounds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from counterproof.audits.score.options import ScoreOptions
    from counterproof.counts import At, Cells, CountRow, CountTable, Group

__all__ = ["PublishedRates", "checks", "ranges"]


def ranges(options: ScoreOptions, cells: Cells, counts: Mapping[str, NDArray[np.bool_]]) -> dict[str, int]:
    """The least and greatest that each count may be, and how many hidden cells are in it; nothing for exact counts."""
    if not options.inexact or options.count is None:
        return {}
    names = [whole.column for whole in Published(options.count).ranges]
    ends = zip(("least", "greatest", "hidden"), names, strict=True)
    return {f"{count}_{end}": int(cells.sums[name][mask].sum()) for end, name in ends for count, mask in counts.items()}


class PublishedRates(Rates):
    """The rates of a table whose counts are ranges: the least of a range is certain, the rest of it may be or not."""

    def unlabelled(self, columns: Sequence[str]) -> bool:
        """Whether some records may lack one of these labels."""
        return any(row.counts["records_greatest"] != 0 for row in self._rows(columns)[1])

    def _assuming_ignorable(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """Nothing: the assumption is about outcomes that were not learned, and leaves the rounding as it is."""
        yield from ()

    def _by_margins(self, measure: str) -> bool:
        return False

    def _parts(self, row: CountRow, measure: str) -> list[Part]:
        parts: list[Part] = []
        for name, may_be in atoms_of(row).items():
            roles = frozenset(role_of(one, measure) for one in may_be)
            least, greatest = row.counts[f"{name}_least"], row.counts[f"{name}_greatest"]
            more = None if least is None or greatest is None else greatest - least
            parts += [(roles, least), (roles | OUTSIDE, more)]
        return parts

    def _without_label(self, row: CountRow, measure: str) -> tuple[bool, list[Part]]:
        fits = self._may_belong(row.group)
        return True, [(roles | OUTSIDE, count) for other in fits for roles, count in self._parts(other, measure)]

    def _open(self) -> str:
        return "the counts before they were rounded or hidden: any value is possible without them"

    def _estimate(self, measure: str, group: Group, at: At, parts: Sequence[Part]) -> Estimate:
        """As always; where only the rounding is open, the rate stands beside its bounds as it was published."""
        found = super()._estimate(measure, group, at, parts)
        row = self.outcomes.find(group, self.options.at)
        if found.status != "bounded" or row is None:
            return found
        found = replace(found, note="Bounds over every table that is published as this one.")
        x, n = self._published(row, measure) if len(parts) == 2 * len(atoms_of(row)) else (None, None)
        if x is None or not n or not isinstance(found.basis, Bounds):
            return found
        return replace(found, value=x / n, numerator=x, denominator=n, basis=replace(found.basis, published=x / n))

    def _published(self, row: CountRow, measure: str) -> tuple[int | None, int | None]:
        """The counts of a rate as published; None where a hidden one, or an unknown outcome, is among them."""
        x = n = 0
        for name, may_be in atoms_of(row).items():
            roles = {role_of(one, measure) for one in may_be}
            count, hidden = row.counts[name], row.counts[f"{name}_hidden"]
            if roles == {"outside"}:
                continue
            if count is None or hidden or (len(roles) > 1 and count):
                return None, None
            n += count
            x += count if roles == {"numerator"} else 0
        return x, n


def checks(
    options: ScoreOptions, outcomes: CountTable, contrasts: Sequence[Contrast], population: Population
) -> Iterator[Check]:
    """How many cells are hidden, and in how many comparisons it stays open which group is higher."""
    if not options.inexact:
        return
    whole = outcomes.find({}, options.at)
    if whole is not None and options.suppressed_below is not None:
        counts = [whole.counts[f"{name}_hidden"] for name in atoms_of(whole)]
        hidden = sum(count for count in counts if count is not None)
        note = f"Cells of the published table that hide a count; each is taken as 0 to {options.suppressed_below - 1}."
        yield Check("hidden_cells", "warn" if hidden else "pass", hidden, None, note)
    pairs = [c for c in contrasts if c.scale == "difference" and c.assumption is None]
    pairs = [c for c in pairs if c.status in ("bounded", "not_identified", "estimated", "reported")]
    if not pairs:
        return
    unclear = sum(c.status in ("bounded", "not_identified") and not _told_apart(c) for c in pairs)
    chance = "" if population == "records" else " and for chance"
    note = f"Comparisons in which either group may be higher, once one allows for rounded and hidden counts{chance}."
    if unclear == len(pairs):
        note += " So this table cannot support any claim about which group is higher."
    status: Literal["pass", "warn", "fail"] = "pass" if not unclear else "fail" if unclear == len(pairs) else "warn"
    yield Check("order_of_groups", status, unclear, len(pairs), note)


def _told_apart(contrast: Contrast) -> bool:
    """Whether one group is higher at every value that agrees with the published table."""
    low = contrast.identified_low if contrast.low is None else contrast.low
    high = contrast.identified_high if contrast.high is None else contrast.high
    return (low is not None and low > 0) or (high is not None and high < 0)
