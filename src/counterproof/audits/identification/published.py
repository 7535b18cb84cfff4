"""Published error counts and rates: which numbers would be shown."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from counterproof.audits.identification.groups import Mask, groupings, members
from counterproof.audits.identification.measures import PUBLISHED, SIDES
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import Cells, RowSum
from counterproof.errors import InputError
from counterproof.reductions import Category, CountBy, Dimension, Prepare, Role
from counterproof.reductions.matching import ERROR, HOW_MANY, MEASURE, RATE, SIDE, ErrorCounts, PublishedRates

__all__ = ["count_by", "error_sums", "layout", "rate_sums", "roles"]

ACQUISITION = "acquisition"


def layout(options: IdentificationOptions) -> Prepare:
    """The table that is made of the published one."""
    keep = (*options.base, *options.groups)
    if options.form == "rates":
        return PublishedRates(tuple((name, columns) for name, columns in options.rates.items() if columns), keep)
    pairs = [
        ("non_mated", options.false_matches, options.non_mated),
        ("mated", options.false_non_matches, options.mated),
        ("searches", options.false_positives, options.searches),
        (ACQUISITION, options.failures_to_acquire, options.acquisitions),
    ]
    return ErrorCounts(tuple((side, errors, trials) for side, errors, trials in pairs if errors is not None), keep)


def roles(options: IdentificationOptions) -> list[Role]:
    """System and groups; the columns of numbers were looked at when the table was made."""
    found = [Role("system", column, "category") for column in options.base]
    return [*found, *(Role("groups", column, "category") for column in options.labels)]


def count_by(options: IdentificationOptions) -> CountBy:
    """Errors and other trials of each side, or each rate by its own text, by system and group."""
    by: list[Dimension] = [Category(column) for column in (*options.base, *options.labels)]
    by += [Category(name) for name in ((MEASURE, RATE) if options.form == "rates" else (SIDE, ERROR))]
    return CountBy(tuple(by), HOW_MANY)


def error_sums(options: IdentificationOptions, cells: Cells) -> Iterator[RowSum]:
    """Errors, other trials and their sum of each side, for every group. InputError without any trial."""
    sides = {side: (cells.where(**{SIDE: side, ERROR: "1"}), cells.where(**{SIDE: side})) for side in SIDES.values()}
    failed, tried = cells.where(**{SIDE: ACQUISITION, ERROR: "1"}), cells.where(**{SIDE: ACQUISITION})
    if not int(cells.n.sum()):
        raise InputError("every count is zero", hint="without a comparison there is no error rate")
    for columns in groupings(options):
        for group, mask in members(cells, columns):
            counts: dict[str, Mask] = {}
            for measure, (errors, others, trials) in PUBLISHED.items():
                wrong, every = sides[SIDES[measure]]
                if every.any():
                    counts |= {errors: mask & wrong}
                if (every & ~wrong).any():
                    counts |= {others: mask & every & ~wrong, trials: mask & every}
            if tried.any():
                counts |= {"failures": mask & failed, "acquired": mask & tried & ~failed, "acquisitions": mask & tried}
            worth = 1.0 + float(cells.n[mask].sum())
            yield RowSum("errors", group, {}, counts, worth)


def rate_sums(options: IdentificationOptions, cells: Cells) -> Iterator[RowSum]:
    """Every published rate as a whole number of units of its last digit. InputError for what is no rate."""
    labels = (*options.base, *options.labels)
    texts, measures = cells.column(RATE), cells.column(MEASURE)
    known = [_decimal(text) for text in texts]
    _refuse_unfit(cells, known)
    plain = [_places(text) for text, value in zip(texts, known, strict=True) if value is not None and _is_plain(text)]
    shared = max(plain, default=0) if options.decimals is None else options.decimals
    if any(places > shared for places in plain):
        what = f"there are rates with more than {shared} decimals"
        raise InputError(what, where="decimals", hint="leave it out, and the most decimals of any rate are taken")
    for group, mask in members(cells, labels):
        sums: dict[str, int] = {}
        for measure in PUBLISHED:
            places = [i for i in mask.nonzero()[0] if measures[i] == measure and known[i] is not None]
            if sum(int(cells.n[i]) for i in places) > 1:
                raise _twice(labels)
            for i in places:
                value, own = known[i] or Decimal(0), shared if _is_plain(texts[i]) else _places(texts[i])
                sums |= {measure: int(value.scaleb(own)), f"{measure} decimals": own}
        yield RowSum("rates", group, {}, {"rates": mask}, sums=sums)


def _decimal(text: str | None) -> Decimal | None:
    try:
        value = None if text is None else Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
    return value


def _refuse_unfit(cells: Cells, known: list[Decimal | None]) -> None:
    pairs = list(zip(known, cells.n.tolist(), strict=True))
    unread = sum(n for value, n in pairs if value is not None and not value.is_finite())
    if unread:
        hint = "write rates as numbers between 0 and 1, and leave a cell blank where there is none"
        raise InputError(f"{unread} published rates are not numbers", where="rates", hint=hint)
    outside = sum(n for value, n in pairs if value is not None and not 0 <= value <= 1)
    if outside:
        raise InputError(
            f"{outside} published rates do not lie between 0 and 1",
            where="rates",
            hint="write proportions: 0.04 % is 0.0004",
        )
    if all(value is None for value in known):
        raise InputError("there is no published rate", where="rates", hint="every cell of the rates is blank")


def _twice(labels: tuple[str, ...]) -> InputError:
    told = " and ".join(repr(name) for name in labels) or "everybody"
    hint = "name the column that tells these rows apart as system or group"
    return InputError(f"a rate stands more than once for the same {told}", where="groups", hint=hint)


def _is_plain(text: str | None) -> bool:
    return text is not None and "e" not in text.lower()


def _places(text: str | None) -> int:
    """Decimals that are written: of 0.0010 four, of 2.3e-6 seven."""
    return max(0, -int(Decimal(text or "0").as_tuple().exponent))
