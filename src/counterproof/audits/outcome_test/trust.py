"""Whether a threshold test can be trusted: did the chains meet, does the model give such counts, what changes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from counterproof.counts import Group, key_of
from counterproof.findings import Check, Contrast, Estimate
from counterproof.stats.basis import Exact
from counterproof.stats.draws import effective_size, r_hat
from counterproof.stats.intervals import Floats
from counterproof.stats.threshold import Predicted
from counterproof.stats.threshold.summary import ENOUGH, MET

__all__ = ["MODEL", "chains", "fits", "predictions", "steady"]

MODEL = "threshold_model"
FEW = 0.01


def predictions(expected: tuple[Predicted, Predicted], groups: Sequence[Group], level: float) -> Iterator[Estimate]:
    """The rates that the model gives, to be held against those seen, and how many places lie outside of it."""
    pairs = list(zip(("search_rate", "hit_rate"), expected, strict=True))
    for what, one in pairs:
        for place, group in enumerate(groups):
            tried = int(one.tried[:, place].sum())
            plain = Estimate(f"predicted_{what}", group, {}, "undefined", assumption=MODEL)
            if tried:
                rate, low, high = (float(part[place]) for part in (one.rate, one.low, one.high))
                plain = replace(
                    plain, status="estimated", value=rate, low=low, high=high, level=level, method="posterior"
                )
            yield plain
    for what, one in pairs:
        for place, group in enumerate(groups):
            tried, outside = int(one.tried[:, place].sum()), int(one.outside[:, place].sum())
            plain = Estimate(f"unpredicted_{what}s", group, {}, "undefined", numerator=outside, denominator=tried)
            share = outside / tried if tried else 0.0
            yield replace(plain, status="reported", value=share, basis=Exact(share)) if tried else plain


def chains(draws: Floats) -> Check:
    """Whether the chains have met, judged by the thresholds of the groups, shape (draws, chains, groups)."""
    shown = [draws[..., g] for g in range(draws.shape[-1]) if np.isfinite(draws[..., g]).all()]
    size, apart = min(map(effective_size, shown)), max(map(r_hat, shown))
    met = size >= ENOUGH and apart <= MET
    said = (
        f"Independent draws that all draws are worth, for the threshold of which they tell least; {ENOUGH} are enough. "
        f"The {draws.shape[1]} chains agree to an R-hat of {apart:.3f}, where up to {MET} is good."
    )
    return Check("independent_draws", "pass" if met else "warn", int(size), draws[..., 0].size, said)


def fits(expected: tuple[Predicted, Predicted], level: float) -> Iterator[Check]:
    """Whether more counts lie outside of what the model predicts than chance puts there."""
    for what, one in zip(("search_rates", "hit_rates"), expected, strict=True):
        outside, tried = int(one.outside.sum()), int(one.tried.sum())
        said = (
            f"Places and groups whose {what.replace('_', ' ')[:-1]} lies outside of the range in which the fitted "
            f"model puts {level:.0%}. If the model fits, up to about {1 - level:.0%} lie outside."
        )
        yield Check(f"{what}_not_predicted", "warn" if one.surprise(level) < FEW else "pass", outside, tried, said)


def steady(contrasts: Sequence[Contrast], priors: Sequence[str], places: Sequence[str]) -> Iterator[Check]:
    """Which gaps are told from none, or no more, once the priors are others or a place is left out."""
    signs = {(key_of(c.group), c.assumption): _sign(c) for c in contrasts if c.scale == "difference"}
    told = "Gaps between groups that are told from none, or no more,"
    for check, names, said in (
        ("priors", priors, f"{told} with priors a quarter wider or a fifth narrower."),
        ("places", places, f"{told} without one of the places that move them most."),
    ):
        pairs = [(group, name) for group, name in signs if name in names]
        changed = sum(signs[pair] != signs[pair[0], MODEL] for pair in pairs)
        if pairs:
            yield Check(f"{check}_that_matter", "warn" if changed else "pass", changed, len(pairs), said)


def _sign(contrast: Contrast) -> int:
    """1 or −1 where the interval lies on one side of no gap, else 0."""
    if contrast.low is None or contrast.high is None:
        return 0
    return int(contrast.low > 0) - int(contrast.high < 0)
