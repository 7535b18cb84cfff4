"""What reviewed samples say of links and of pairs that were not linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from counterproof.audits.linkage import measures as m
from counterproof.audits.linkage.options import LinkageOptions
from counterproof.audits.linkage.reviews import ALL
from counterproof.counts import At, CountRow, CountTable, Group, key_of
from counterproof.errors import InputError, nearest
from counterproof.findings import Estimate, Status
from counterproof.stats.basis import Basis, Bounds, Exact
from counterproof.stats.matching import Monotone
from counterproof.stats.sampling import Agreement, Reviewed, Twice, rogan_gladen

__all__ = ["estimates"]

REVIEWERS = "reviewers_err_as_stated"
LINKERS = "independent_linkers"
EMPTY = CountTable("empty")


def estimates(options: LinkageOptions, shown: Mapping[str, CountTable], level: float) -> Iterator[Estimate]:
    """False links by group and stratum; with a sample of non-links missed links; agreement; the next sample."""
    sample = _Sample(options, shown, level)
    found = [*sample.false_links(), *sample.by_stratum(), *sample.missed(), *sample.agreement(), *sample.twice()]
    yield from (e for e in [*found, *sample.next_sample()] if e.measure in options.measures)


@dataclass(frozen=True)
class _Sample:
    options: LinkageOptions
    shown: Mapping[str, CountTable]
    level: float

    def false_links(self) -> Iterator[Estimate]:
        """Links, and of them those that are wrong, of every group."""
        for row in self.shown["links"]:
            if None in row.group.values():
                continue
            links = row["links"]
            yield _exact(m.LINKS, row.group, links)
            basis, status = self.rate(row)
            yield self._estimate(m.FALSE, row.group, {}, basis, status, row)
            yield self._estimate(m.PRECISION, row.group, {}, _complement(basis), status)
            if basis is not None and self.options.sensitivity is not None and self.options.specificity is not None:
                behind = partial(
                    rogan_gladen, sensitivity=self.options.sensitivity, specificity=self.options.specificity
                )
                corrected = self._estimate(m.FALSE, row.group, {}, _through(basis, behind), status)
                yield replace(corrected, assumption=REVIEWERS, primary=False)

    def rate(self, row: CountRow) -> tuple[Basis | None, Status]:
        """The false link rate of a group over its strata, and its status where there is none."""
        strata = [s for s in self.shown.get("strata", EMPTY) if key_of(s.group) == key_of(row.group)] or [row]
        tables = [_open(stratum) for stratum in strata]
        known = [table for table in tables if table is not None]
        if len(known) == len(tables):
            if not any(low[0] for low, _ in known):
                return None, "undefined"
            low, high = (Reviewed(tuple(table[side] for table in known)) for side in (0, 1))
            if low == high:
                return low, "estimated"
            nothing = low.value == 0 and high.value == 1
            return (None, "not_identified") if nothing else (Bounds(low, high), "bounded")
        return None, "suppressed"  # the total would give away what a stratum withholds

    def by_stratum(self) -> Iterator[Estimate]:
        """Each stratum by itself, everybody together: a group of its own, or a band of the score."""
        for row in self.shown.get("strata", EMPTY):
            if row.group:
                continue
            table = _open(row)
            basis: Basis | None = None
            status: Status = "suppressed"
            if table is not None and table[0][0]:
                low, high = (Reviewed((side,)) for side in table)
                basis, status = (low, "estimated") if low == high else (Bounds(low, high), "bounded")
                status = "not_identified" if low.value == 0 and high.value == 1 and low != high else status
                basis = None if status == "not_identified" else basis
            if "bin" in row.at:
                yield replace(self._estimate(m.FALSE, {}, row.at, basis, status, row), primary=False)
            elif self.options.stratum is not None:
                group = {self.options.stratum: row.at["stratum"]}
                yield self._estimate(m.FALSE, group, {}, basis, status, row)  # type: ignore[arg-type]

    def missed(self) -> Iterator[Estimate]:
        """Missed links, from a sample of pairs that were not linked."""
        if self.options.non_links is None:
            return
        apart = self.shown["non_links"]
        table = self._non_links(apart)
        row = self.shown["links"].find({})
        rate, status = self.rate(row) if row is not None else (None, _WITHHELD)
        if table is None:
            for measure in (m.MISSED_LINKS, m.MISSED, m.RECALL, m.PAIRS):
                yield Estimate(measure, {}, {}, "suppressed")
            return
        missed, links = Reviewed(table), 0 if row is None else row["links"] or 0
        whole, reviewed = sum(cases for cases, _, _ in table), sum(n for _, n, _ in table)
        note = None
        if not missed.value:
            most = 3 * max(cases / n for cases, n, _ in table if n)
            note = f"None was found among {reviewed:,} of {whole:,}: up to {most * 1:,.0f} may be missing (rule of 3)."
        count = Monotone((missed,), lambda q: q * whole, (True,))
        yield replace(self._estimate(m.MISSED_LINKS, {}, {}, count, "estimated"), note=note)
        if rate is None or isinstance(rate, Bounds) or not links:
            return
        both = (rate, missed)
        share = Monotone(both, partial(_missed_share, links, whole), (True, True))
        yield replace(self._estimate(m.MISSED, {}, {}, share, status), note=note)
        yield replace(self._estimate(m.RECALL, {}, {}, _complement(share), status), note=note)
        pairs = Monotone(both, lambda p, q: links * (1 - p) + whole * q, (False, True))
        yield self._estimate(m.PAIRS, {}, {}, pairs, status)

    def _non_links(self, shown: CountTable) -> tuple[tuple[int, int, int], ...] | None:
        """(N, n, x) of the strata of pairs that were not linked; None where a count is withheld."""
        totals, rows = self.options.non_links_total, {str(row.at["stratum"]): row for row in shown}
        for name in totals:
            if name not in rows:
                hint = nearest(name, rows) or f"the strata are {', '.join(map(repr, list(rows)[:8]))}"
                raise InputError(
                    "the pairs that were not linked have no such stratum", where="non_links_total", hint=hint
                )
        found = []
        for name, row in rows.items():
            reviewed, missed, rightly = row["reviewed"], row["missed_links"], row["rightly_apart"]
            if reviewed is None or missed is None or rightly is None:
                return None
            if name not in totals:
                what = "a stratum of the pairs that were not linked has no total"
                raise InputError(
                    what, where="non_links_total", hint="say of each stratum how many pairs were not linked"
                )
            if totals[name] < reviewed:
                what = "more pairs were reviewed than were not linked"
                raise InputError(
                    what, where=f"non_links_total.{name}", hint="the total counts all pairs that were not linked"
                )
            found.append((totals[name], reviewed, missed))
        return tuple(found)

    def agreement(self) -> Iterator[Estimate]:
        """Cohen's kappa of the first and the last reviewer of the links that two reviewed."""
        for row in self.shown.get("agreement", EMPTY):
            counts = [row[name] for name in ("yes", "first", "second", "no")]
            known = [count for count in counts if count is not None]
            if len(known) < len(counts):
                yield Estimate(m.AGREEMENT, {}, {}, "suppressed")
                continue
            basis = Agreement(*known)
            yield self._estimate(m.AGREEMENT, {}, {}, basis, "estimated" if basis.value is not None else "undefined")

    def twice(self) -> Iterator[Estimate]:
        """True pairs by what two linkers found alone and together."""
        for row in self.shown.get("linkers", EMPTY):
            counts = [row[name] for name in ("first", "second", "both")]
            known = [count for count in counts if count is not None]
            if len(known) < len(counts):
                yield Estimate(m.TWICE, {}, {}, "suppressed", assumption=LINKERS)
                continue
            yield replace(self._estimate(m.TWICE, {}, {}, Twice(*known), "estimated"), assumption=LINKERS)

    def next_sample(self) -> Iterator[Estimate]:
        """As many reviews as now, where they would tell most."""
        strata = [row for row in self.shown.get("strata", EMPTY) if not row.group]
        tables = [_open(row) for row in strata]
        if not strata or any(table is None for table in tables):
            return
        low = [table[0] for table in tables if table is not None]
        reviews = sum((row["links"] or 0) - (row["unreviewed"] or 0) for row in strata)
        for row, count in zip(strata, Reviewed(tuple(low)).allocation(reviews), strict=True):
            if "bin" in row.at:
                yield replace(_exact(m.NEXT, {}, count), at=row.at, primary=False)
            else:
                yield _exact(m.NEXT, {self.options.stratum or ALL: row.at["stratum"]}, count)  # type: ignore[dict-item]

    def _estimate(
        self, measure: str, group: Group, at: At, basis: Basis | None, status: Status, row: CountRow | None = None
    ) -> Estimate:
        """An estimate from its basis; counts stand beside it where it is a plain share of them."""
        if basis is None:
            return Estimate(measure, group, at, status, note=_WHY.get(status))
        ends = basis.printed(self.level)
        plain = Estimate(
            measure,
            group,
            at,
            status,
            None,
            ends.low,
            ends.high,
            self.level,
            ends.method,
            basis=basis,
        )
        if isinstance(basis, Bounds):
            return replace(plain, identified_low=basis.low.value, identified_high=basis.high.value, note=OPEN)
        plain = replace(plain, value=basis.value)
        single = isinstance(basis, Reviewed) and len(basis.strata) == 1 and row is not None
        if single and isinstance(basis, Reviewed):
            _, reviewed, events = basis.strata[0]
            plain = replace(plain, numerator=events, denominator=reviewed)
        return plain


OPEN = "Bounds over what reviewers dispute, and over strata of which nothing was reviewed."
_WITHHELD: Status = "suppressed"
_WHY: Mapping[Status, str] = {"not_identified": "reviews: none of these links was reviewed"}


def _open(row: CountRow) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
    """(N, n, x) at the least and at the greatest number of false links; None where a count is withheld.

    A stratum of which nothing was reviewed may hold none or only false links: as if all of it had been reviewed.
    """
    counts = [row[name] for name in ("links", "unreviewed", "disputed", "false_links")]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return None
    links, left, disputed, wrong = known
    if links and left == links:
        return (links, links, 0), (links, links, links)
    return (links, links - left, wrong), (links, links - left, wrong + disputed)


def _through(basis: Basis, function: partial[float]) -> Basis:
    """A rising function of a rate, of both ends where it is bounded."""
    if isinstance(basis, Bounds):
        return Bounds(_through(basis.low, function), _through(basis.high, function))
    return Monotone((basis,), function, (True,))


def _complement(basis: Basis | None) -> Basis | None:
    if isinstance(basis, Bounds):
        low, high = _complement(basis.high), _complement(basis.low)
        return Bounds(low, high) if low is not None and high is not None else None
    return None if basis is None else Monotone((basis,), lambda p: 1 - p, (False,))


def _missed_share(links: int, whole: int, false: float, missed: float) -> float:
    """FN / (TP + FN); nan where there is no true pair."""
    true = links * (1 - false) + whole * missed
    return whole * missed / true if true > 0 else float("nan")


def _exact(measure: str, group: Group, value: int | None) -> Estimate:
    if value is None:
        return Estimate(measure, group, {}, "suppressed")
    return Estimate(measure, group, {}, "reported", value, basis=Exact(value))
