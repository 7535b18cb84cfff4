"""Area under the curve: simulated coverage of DeLong's and Hoeffding's intervals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr

from benchmarks.coverage.kit import DRAWS, LEVEL, generator, percent, table
from counterproof.stats.basis import Ranks
from counterproof.stats.intervals import Floats

__all__ = ["rank_basis", "section"]


def rank_basis(positives: Floats, negatives: Floats) -> Ranks:
    p, q = np.sort(positives), np.sort(negatives)
    ten = np.searchsorted(q, p, "left") + np.searchsorted(q, p, "right")
    one = 2 * len(p) - np.searchsorted(p, q, "left") - np.searchsorted(p, q, "right")
    u2 = int(ten.sum())
    return Ranks(len(p), len(q), u2, int((ten**2).sum()), int((one**2).sum()), u2, u2)


def section() -> Iterator[str]:
    rng = generator("areas")
    draws = DRAWS // 4
    yield f"## AUC: {draws:,} draws each, normal scores"
    yield ""
    yield "As printed (DeLong on the logit scale) and as judged (Hoeffding's bound where fewer than 5 independent pairs"
    yield "are expected in the wrong order)."
    yield ""
    rows = []
    for m, n, shift in itertools.product((5, 20, 100), (20, 1_000), (0.5, 1.5, 3.0)):
        area = float(ndtr(shift / math.sqrt(2)))
        held = np.zeros(2)
        for _ in range(draws):
            basis = rank_basis(rng.normal(shift, 1, m), rng.normal(0, 1, n))
            for which, interval in enumerate((basis.printed(LEVEL), basis.compatible(LEVEL))):
                held[which] += interval.low <= area <= interval.high
        rows.append([str(m), f"{n:,}", f"{area:.3f}", *(percent(share) for share in held / draws)])
    yield from table(["positives", "negatives", "AUC", "as printed", "as judged"], rows)
