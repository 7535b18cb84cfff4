"""What a false match rate means in a gallery of N, by the model that a search is N independent comparisons.

Every number here rests on that model, and is labelled with it: algorithms that do not search by N comparisons have
other rates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from counterproof.audits.identification.measures import ALERT, CANDIDATES, FMR, FNMR, FPIR, IMPLIED
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import At, Group, key_of
from counterproof.errors import InputError, nearest
from counterproof.findings import Check, Estimate
from counterproof.stats.basis import Basis
from counterproof.stats.matching import Monotone, alert_precision, gallery_rate, mixed_gallery_rate, rate_from_gallery

__all__ = ["MODEL", "checks", "elsewhere", "reckoned", "through"]

MODEL = "independent_comparisons"
ENOUGH = 0.9
"""A test gallery should hold this share of the one in use, by NIST SP 800-63A-4."""


def reckoned(estimates: Sequence[Estimate], options: IdentificationOptions, level: float) -> Iterator[Estimate]:
    """False positive identification rate, false candidates and precision of an alert, for every group and gallery."""
    if options.form in ("counts", "rates"):
        for estimate in estimates:
            if estimate.measure == FPIR:
                yield from elsewhere(estimate, options, level)
    rates = {(e.measure, key_of(e.group)): e for e in estimates if e.measure in (FMR, FNMR) and e.primary}
    for (measure, key), fmr in rates.items():
        if measure == FMR and fmr.basis is not None and fmr.value is not None:
            missed = rates.get((FNMR, key))
            for size in options.gallery:
                yield from _in_gallery(fmr, missed, size, options, level)
    if options.gallery_groups:
        yield from _composed(estimates, options, level)


def elsewhere(searched: Estimate, options: IdentificationOptions, level: float) -> Iterator[Estimate]:
    """From the rate of searches: the false match rate that it implies, and the rate in galleries of other sizes."""
    size = options.searched
    if searched.basis is None or searched.value is None or size is None:
        return
    implied = Monotone((searched.basis,), partial(rate_from_gallery, gallery=size), (True,))
    yield through(IMPLIED, searched.group, searched.at, implied, level)
    for other in options.gallery:
        if other != size:
            grown = Monotone((searched.basis,), partial(_in_another, size, other), (True,))
            yield through(FPIR, searched.group, {**searched.at, "gallery": other}, grown, level)


def _in_another(size: int, other: int, rate: float) -> float:
    return gallery_rate(rate_from_gallery(rate, size), other)


def _in_gallery(
    fmr: Estimate, missed: Estimate | None, size: int, options: IdentificationOptions, level: float
) -> Iterator[Estimate]:
    parts = (_basis(fmr),)
    at: At = {**fmr.at, "gallery": size}
    found = Monotone(parts, partial(gallery_rate, gallery=size), (True,))
    yield through(FPIR, fmr.group, at, found, level)
    yield through(CANDIDATES, fmr.group, at, Monotone(parts, lambda rate: rate * size, (True,)), level)
    if missed is None or missed.basis is None or missed.value is None:
        return
    for prevalence in options.prevalence:
        share = float(prevalence)
        precise = Monotone((*parts, missed.basis), partial(_precision, share, size), (False, False))
        yield through(ALERT, fmr.group, {**at, "prevalence": share}, precise, level)


def _precision(prevalence: float, size: int, fmr: float, fnmr: float) -> float:
    return alert_precision(prevalence, 1 - fnmr, gallery_rate(fmr, size))


def _composed(estimates: Sequence[Estimate], options: IdentificationOptions, level: float) -> Iterator[Estimate]:
    """A gallery of groups: for each searched group, its false match rates against all of them."""
    other, wanted = options.other_group or "", options.gallery_groups
    columns = {*options.base, *options.labels}
    by: dict[object, tuple[Group, At, dict[str, Basis]]] = {}
    labels: set[str] = set()
    for e in estimates:
        if e.measure == FMR and e.primary and set(e.group) == columns:
            label = e.group[other] or ""
            labels.add(label)
            group: Group = {column: value for column, value in e.group.items() if column != other}
            _, _, bases = by.setdefault((key_of(group), key_of(e.at)), (group, e.at, {}))
            if e.basis is not None and e.value is not None:
                bases[label] = e.basis
    for name in wanted:
        if name not in labels:
            hint = nearest(name, labels) or "write the group as the records do"
            raise InputError(f"the column {other!r} has no such group", where=f"gallery_groups.{name}", hint=hint)
    said = ", ".join(f"{name} {size}" for name, size in wanted.items())
    for group, own, bases in by.values():
        at: At = {**own, "gallery": sum(wanted.values()), "composition": said}
        if any(name not in bases for name in wanted):
            yield Estimate(FPIR, group, at, "suppressed", assumption=MODEL)
            continue
        sizes = tuple(wanted.values())
        mixed = Monotone(tuple(bases[name] for name in wanted), partial(_mixed, sizes), (True,) * len(sizes))
        yield through(FPIR, group, at, mixed, level)


def _mixed(sizes: Sequence[int], *rates: float) -> float:
    return mixed_gallery_rate(rates, sizes)


def through(
    measure: str, group: Group, at: At, basis: Monotone, level: float, assumption: str | None = MODEL
) -> Estimate:
    """A function of other estimates, with the range over their intervals; without chance where they have none."""
    plain = Estimate(measure, group, at, "estimated", level=level, assumption=assumption, basis=basis)
    value, ends = basis.value, basis.printed(level)
    if value is None:
        return replace(plain, status="undefined", level=None)
    if all(part.printed(level).low == part.printed(level).high for part in basis.parts):
        return replace(plain, status="reported", value=value, level=None)
    high = ends.high if math.isfinite(ends.high) else None
    return replace(plain, value=value, low=ends.low, high=high, method=ends.method)


def checks(options: IdentificationOptions) -> Iterator[Check]:
    """Whether the gallery that was tested is nearly as large as the one in use."""
    if options.tested_gallery is not None:
        for size in options.gallery or (sum(options.gallery_groups.values()),):
            said = "The gallery that was tested should hold at least 90 % of the one in use (NIST SP 800-63A-4)."
            enough = options.tested_gallery >= ENOUGH * size
            yield Check("tested_gallery", "pass" if enough else "warn", options.tested_gallery, size, said)


def _basis(estimate: Estimate) -> Basis:
    assert estimate.basis is not None  # noqa: S101 - seen to by the caller
    return estimate.basis
