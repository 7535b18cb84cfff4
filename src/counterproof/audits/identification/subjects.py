"""Where the people of comparisons are known: rates whose intervals know that comparisons share people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from counterproof.audits.identification.groups import groupings
from counterproof.audits.identification.measures import FMR
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import Cells, CountRow, CountTable, Group, RowSum, key_of
from counterproof.reductions import Apart
from counterproof.reductions.matching import Comparisons, SubjectSums
from counterproof.stats.basis import Basis, Rate
from counterproof.stats.clustered import Clustered, Shared
from counterproof.stats.dyads import Dyads

__all__ = ["People", "apart", "rows"]

OTHER = "with "


def apart(options: IdentificationOptions, comparisons: Comparisons) -> dict[str, Apart]:
    """Sums over people for every grouping, where the keys of the subjects are named."""
    if options.subject is None:
        return {}
    return {_name(columns): SubjectSums(comparisons, columns) for columns in groupings(options)}


def _name(columns: tuple[str, ...]) -> str:
    return " ".join(("subjects", *columns))


def rows(options: IdentificationOptions, name: str, cells: Cells) -> Iterator[RowSum]:
    """The sums of each group and side, and what two groups have in common; each stands in one cell."""
    columns = next(columns for columns in groupings(options) if _name(columns) == name)
    for place, key in enumerate(cells.keys):
        mask = np.zeros(len(cells.keys), dtype=bool)
        mask[place] = True
        group = dict(zip(columns, key, strict=False))
        mated, others = key[len(columns)], key[len(columns) + 1 :]
        sums = {name: int(values[place]) for name, values in cells.sums.items()}
        at: dict[str, str | int | None] = {"mated": int(mated or 0)}
        if any(label is not None for label in others):
            at |= {f"{OTHER}{column}": label for column, label in zip(columns, others, strict=True)}
            sums = {name: value for name, value in sums.items() if name.startswith("with.")}
        else:
            sums = {name: value for name, value in sums.items() if not name.startswith("with.")}
        also = () if not any(others) else (dict(zip(columns, others, strict=True)),)
        yield RowSum("subjects", group, at, {"comparisons": mask}, sums=sums, also=also, part=mated or "0")


@dataclass(frozen=True)
class People:
    """What is shown of the people behind the rates of an audit."""

    options: IdentificationOptions
    table: CountTable
    _shared: dict[tuple[object, int], dict[object, Shared]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for row in self.table:
            if others := {key.removeprefix(OTHER): label for key, label in row.at.items() if key.startswith(OTHER)}:
                products = tuple(row.counts[f"with.{part}"] for part in ("aa", "ab", "ba", "bb"))
                known = None if None in products else products
                found = self._shared.setdefault((key_of(row.group), int(row.at["mated"] or 0)), {})
                found[key_of(others)] = Shared(known)  # type: ignore[arg-type]

    def basis(self, measure: str, group: Group, x: int, n: int) -> Basis:
        """x of n with the sums over their people; a plain rate where no subject is known."""
        if self.options.subject is None or not n:
            return Rate(x, n)
        mated = 0 if measure == FMR else 1
        row = self.table.find(group, {"mated": mated})
        shared = self._shared.get((key_of(group), mated), {})
        dyads = measure == FMR and self.options.other_subject is not None
        if row is None or None in row.counts.values():
            return (Dyads if dyads else Clustered)(x, n, None, name=key_of(group), shared=shared)
        return _known(row, x, n, key_of(group), shared, dyads=dyads)


def _known(row: CountRow, x: int, n: int, name: object, shared: Mapping[object, Shared], *, dyads: bool) -> Clustered:
    whole = {key: int(value or 0) for key, value in row.counts.items()}
    squares = (whole["aa"], whole["ab"], whole["bb"])
    loose = (x - whole["errors"], n - x - (whole["comparisons"] - whole["errors"]))
    if not dyads:
        return Clustered(x, n, whole["subjects"], squares, loose, name, shared)
    pairs = (whole["pair.aa"], whole["pair.ab"], whole["pair.bb"])
    return Dyads(x, n, whole["subjects"], squares, loose, name, shared, pairs)
