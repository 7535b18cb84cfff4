"""A log of searches in a gallery: what is counted of it, and the rates that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from counterproof.audits.base import Reductions
from counterproof.audits.comparing import proportion
from counterproof.audits.identification.gallery import elsewhere, through
from counterproof.audits.identification.groups import groupings, members
from counterproof.audits.identification.measures import ALERT, FNIR, FPIR, SELECTIVITY
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import At, Cells, CountRow, CountTable, RowSum, key_of
from counterproof.errors import InputError
from counterproof.findings import Estimate, Population
from counterproof.reductions import Category, Coded, CountBy, Role
from counterproof.reductions.matching import Searches
from counterproof.stats.basis import Basis, Exact, Mean
from counterproof.stats.matching import Monotone, alert_precision

__all__ = ["estimates", "reductions", "roles", "rows"]

RANKS = (1, 5, 10, 20, 50)
FOUND = "found within "


def roles(options: IdentificationOptions) -> list[Role]:
    """System, groups, and the columns of candidates."""
    found = [Role("system", column, "category") for column in options.base]
    found += [Role("groups", column, "category") for column in options.groups]
    found += [Role(key, getattr(options, key), "number") for key in ("candidate_score", "rank")]
    return [*found, *(Role(key, getattr(options, key), "coded") for key in ("enrolled", "mate"))]


def reductions(options: IdentificationOptions) -> Reductions:
    """The groups by themselves, so that their labels are looked at; searches apart."""
    by = (*options.base, *options.groups)
    searches = Searches(
        options.candidate_score or "", options.rank or "", Coded(options.enrolled or ""), Coded(options.mate or ""),
        options.threshold or 0, options.distance, by,  # type: ignore[arg-type]
    )  # fmt: skip
    return Reductions(CountBy(tuple(Category(column) for column in by)), apart={"searches": searches})


def rows(options: IdentificationOptions, cells: Cells) -> Iterator[RowSum]:
    """Searches of those enrolled by the rank of the mate, and of the others by whether any candidate came back."""
    enrolled, found = cells.column("enrolled"), cells.column("found")
    sides = {side: np.array(enrolled == side, dtype=bool) for side in ("0", "1")}
    if not any(int(cells.n[mask].sum()) for mask in sides.values()):
        raise InputError("no search says whether the searched person is enrolled", where="enrolled", hint="yes or no")
    depth = max((int(rank) for rank in found[sides["1"]] if rank is not None), default=1)
    ranks = sorted({*(rank for rank in RANKS if rank < depth), depth})
    place = np.array([int(rank) if side == "1" and rank else 0 for side, rank in zip(enrolled, found, strict=True)])
    for columns in groupings(options):
        for group, mask in members(cells, columns):
            mated, others = mask & sides["1"], mask & sides["0"]
            counts = {"mated searches": mated}
            for rank in ranks:
                within = mated & (place > 0) & (place <= rank)
                counts |= {f"{FOUND}{rank}": within, f"not {FOUND}{rank}": mated & ~within}
            yield RowSum("mated searches", group, {}, counts, part="1")
            any_one = others & np.array(found == "any", dtype=bool)
            counts = {"with a candidate": any_one, "without": others & ~any_one, "searches": others}
            sums = {name: int(values[others].sum()) for name, values in cells.sums.items()}
            yield RowSum("other searches", group, {}, counts, sums=sums | {"depth": depth}, part="0")


def estimates(
    options: IdentificationOptions, mated: CountTable, others: CountTable, population: Population, level: float
) -> Iterator[Estimate]:
    """Errors of both kinds of searches; what they mean in galleries of other sizes, and for an alert."""
    log = _Log(options, population, level)
    deepest = {}
    for row in mated:
        if None not in row.group.values():
            for estimate in log.missed(row):
                deepest[key_of(row.group)] = estimate
                yield estimate
    for row in others:
        if None not in row.group.values():
            yield from log.wrong(row, deepest.get(key_of(row.group)))


@dataclass(frozen=True)
class _Log:
    options: IdentificationOptions
    population: Population
    level: float

    @property
    def at(self) -> At:
        """Threshold and gallery."""
        return {**self.options.at, **({} if self.options.searched is None else {"gallery": self.options.searched})}

    def missed(self, row: CountRow) -> Iterator[Estimate]:
        """False negative identification rate by rank, the deepest one last."""
        for name in row.counts:
            if name.startswith(FOUND):
                x, n = row[f"not {name}"], row["mated searches"]
                at = {**self.at, "rank": int(name.removeprefix(FOUND))}
                yield proportion(FNIR, row.group, at, x, n, self.population, self.level)

    def wrong(self, row: CountRow, missed: Estimate | None) -> Iterator[Estimate]:
        """False positive identification rate, selectivity, and what follows from them."""
        fpir = proportion(
            FPIR, row.group, self.at, row["with a candidate"], row["searches"], self.population, self.level
        )
        yield fpir
        yield self._selectivity(row)
        if fpir.basis is None or fpir.value is None:
            return
        yield from elsewhere(fpir, self.options, self.level)
        yield from self._alerts(row, missed, fpir.basis)

    def _alerts(self, row: CountRow, missed: Estimate | None, wrong: Basis) -> Iterator[Estimate]:
        if missed is None or missed.basis is None or missed.value is None:
            return
        for prevalence in self.options.prevalence:
            share = float(prevalence)
            precise = Monotone((missed.basis, wrong), partial(_precision, share), (False, False))
            yield through(ALERT, row.group, {**self.at, "prevalence": share}, precise, self.level, None)

    def _selectivity(self, row: CountRow) -> Estimate:
        """Candidates per search for people who are not in the gallery."""
        n, total, squares = row["searches"], row["candidates"], row["squares"]
        plain = Estimate(SELECTIVITY, row.group, self.at, "suppressed")
        if n is None or total is None or squares is None:
            return plain
        if not n:
            return replace(plain, status="undefined")
        if self.population == "records":
            return replace(plain, status="reported", value=total / n, basis=Exact(total / n))
        basis = Mean(n, total, squares, 1, 0.0, float(max(row["depth"] or 1, -(-squares // max(total, 1)))))
        ends = basis.printed(self.level)
        filled = replace(plain, status="estimated", value=basis.value, low=ends.low, high=ends.high, basis=basis)
        return replace(filled, level=self.level, method=ends.method)


def _precision(prevalence: float, missed: float, wrong: float) -> float:
    return alert_precision(prevalence, 1 - missed, wrong)
