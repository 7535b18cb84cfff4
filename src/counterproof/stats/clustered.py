"""A rate of records that are not independent, since some belong to the same person, court or place: a cluster.

    a, b      of each of m clusters: its successes and its other trials;  A = Σa, B = Σb, N = A + B, p = A/N
    Σ(a(1−p) − bp)²   the residual squares, from Σa², Σab and Σb²
    Var p     = m/(m−1) Σ(a(1−p) − bp)² / N²                  variance of a ratio of totals [1]
    n_eff     = p(1−p)/Var p                                  effective sample size [2], never above N
    k(z) = (Σz)²/Σz²  the number of equal clusters that would be as uneven as z is [1]; m if all are equal

An effective size takes the place of the number of trials in Wilson's, Clopper and Pearson's, and Miettinen and
Nurminen's intervals, and in the last one's correction for skewness and steps, which verdicts use. It is never below
that of clusters whose records are all alike, min(k(n), k(a)/p, k(b)/(1−p)), and therefore N itself where no cluster
has two trials. With k < 30 clusters it is divided by (t/z)², t with k − 1 degrees [2]. The printed interval takes k
of the trials: m would take one giant cluster and some small ones for m clusters. Verdicts take the least of k(n),
k(a), k(b), since the variance rests on the clusters that hold the events, times √(k(n)/m) and however many they are:
where a few clusters hold most records, the variance itself is known from those few (log-normal sizes were covered in
91 to 94 % without that factor, see docs/coverage.md); and the clusters as all alike where fewer than 5 effective
successes or failures are left. Where p is 0 or 1 there is no variance, and the effective size is the
number of clusters with a trial.

[1] L. Kish (1965). Survey Sampling, chapters 6 and 11. Wiley.
[2] E. L. Korn, B. I. Graubard (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology 24, 193-201.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval, any_pair, contrast_of
from counterproof.stats.contrasts import score_limits, score_p_values
from counterproof.stats.corrected import corrected_limits, too_few
from counterproof.stats.intervals import Floats, checked_counts, checked_level, clopper_pearson_limits, wilson_limits

__all__ = ["Clustered", "Shared"]

_Limits = Callable[[np.float64, np.float64, float], tuple[Floats, Floats]]
_FEW_CLUSTERS = 30
_FEW_EVENTS = 5.0
_LEAST_TAIL = 1e-300
_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Shared:
    """Σ over clusters of a product of one group's count and another's: a·a′, a·b′, b·a′, b·b′; None is withheld."""

    products: tuple[int, int, int, int] | None


@dataclass(frozen=True, slots=True)
class Clustered:
    """``successes`` of ``trials`` in clusters, as a basis of estimates (see ``stats.basis``).

    clusters  of the group, or those with a trial where all trials are alike; None where that, and with it everything
              about the clusters, is withheld
    squares   Σa², Σab, Σb² over the clusters
    loose     successes and other trials of which the cluster is not known: any is allowed for
    name      tells the groups of one measure apart
    shared    by name, the groups with which this one has clusters in common; any other is independent of it

    ValueError for counts that no clusters can have.
    """

    successes: int
    trials: int
    clusters: int | None
    squares: tuple[int, int, int] = (0, 0, 0)
    loose: tuple[int, int] = (0, 0)
    name: Hashable = None
    shared: Mapping[Hashable, Shared] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_counts(self.successes, self.trials)
        if self.clusters is None:
            return
        tied, (aa, ab, bb) = self._tied, self.squares
        if min(tied) < 0 or self.clusters < 0 or sum(tied) ** 2 > self.clusters * (aa + 2 * ab + bb):
            raise ValueError("these are not sums over clusters")

    @property
    def value(self) -> float | None:
        """successes/trials; None for 0/0."""
        return self.successes / self.trials if self.trials else None

    @property
    def variance(self) -> float:
        """Variance of the rate: see the module. nan with fewer than two clusters."""
        if self.clusters is None or self.clusters < 2:
            return math.nan
        return self.clusters / (self.clusters - 1) * (self._residual / self.trials) ** 2

    def effective(self, level: float, *, cautious: bool = False) -> float:
        """Effective number of trials at a level; ``cautious`` for verdicts. nan where nothing is known of clusters."""
        return self._effective((1 - checked_level(level)) / 2, cautious)

    def printed(self, level: float) -> Interval:
        """Wilson's interval at the effective size; the whole range where the clusters are withheld."""
        n = self.effective(level)
        return self._whole() if math.isnan(n) else self._at(n, wilson_limits, level, "clustered-wilson")

    def compatible(self, level: float) -> Interval:
        """Clopper and Pearson's interval at the cautious effective size."""
        n = self._alike_if_few(self.effective(level, cautious=True))
        return (
            self._whole() if math.isnan(n) else self._at(n, clopper_pearson_limits, level, "clustered-clopper-pearson")
        )

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """The score interval of Miettinen and Nurminen at the effective sizes, and its test.

        Sizes are divided by what the clusters in common take away from the variance of the contrast. ``compatible``:
        at the cautious sizes, corrected for skewness and steps, and the rectangle of both intervals where an observed
        or expected count is below 5. None (the caller takes that rectangle) for another basis, or where clusters of
        one, or those in common, are withheld.
        """
        if not isinstance(reference, Clustered) or math.isnan(self.effective(level) + reference.effective(level)):
            return None
        ease = self._ease(reference)
        if ease is None:
            return None
        tail = (1 - level) / 2
        cautious = _table(self, reference, self._sizes(reference, tail, ease, True))
        sparse = bool(too_few(*cautious)[0])
        p_value = self._p_value(reference, ease, compatible)
        if compatible and sparse:
            boxed = any_pair(self, reference, scale, level, lambda basis, at: basis.compatible(at))
            return replace(boxed, sparse=True, p_value=p_value)
        value = contrast_of(self.value, reference.value, scale)
        if compatible:
            low, high = corrected_limits(*cautious, scale, level)
            return ContrastInterval(value, float(low[0]), float(high[0]), "clustered-corrected-score", sparse, p_value)
        x1, n1, x0, n0 = _table(self, reference, self._sizes(reference, tail, ease, False))
        low, high = score_limits(x1, n1, x0, n0, scale, level)
        return ContrastInterval(value, float(low[0]), float(high[0]), "clustered-score", sparse, p_value)

    @property
    def _tied(self) -> tuple[int, int]:
        """Successes and other trials of which the cluster is known."""
        return self.successes - self.loose[0], self.trials - self.successes - self.loose[1]

    @property
    def _residual(self) -> float:
        """√Σ(a(1−p) − bp)². What is loose may lie in any cluster, so it adds its whole to the root."""
        a, b = self.successes, self.trials - self.successes
        aa, ab, bb = self.squares
        exact = (b * b * aa - 2 * a * b * ab + a * a * bb) / self.trials**2  # whole numbers until the quotient
        p = a / self.trials
        return math.sqrt(max(0.0, exact)) + (1 - p) * self.loose[0] + p * self.loose[1]

    @property
    def _uneven(self) -> tuple[float, float, float]:
        """k of the trials, of the successes and of the other trials."""
        aa, ab, bb = self.squares
        (a, b), (x, y) = self.loose, (self.successes, self.trials - self.successes)
        return _kish(x + y, aa + 2 * ab + bb, a + b), _kish(x, aa, a), _kish(y, bb, b)

    @property
    def _alike(self) -> float:
        """The effective size of clusters whose records are all alike."""
        both, hits, rest = self._uneven
        p = self.successes / self.trials
        return min(both, hits / p, rest / (1 - p))

    def _effective(self, tail: float, cautious: bool) -> float:
        if not self.trials or self.clusters is None:
            return math.nan if self.trials else 0.0
        if self.successes in (0, self.trials):
            # Loose trials may all lie in clusters that are counted already.
            return float(max(self.clusters, 1))
        p, variance = self.successes / self.trials, self.variance
        free = p * (1 - p) / variance if variance > 0 else math.inf
        free = 1.0 if math.isnan(variance) else min(free, float(self.trials))
        k = self._uneven[0]
        if cautious:
            k = min(self._uneven) * math.sqrt(min(1.0, k / self.clusters))
        student = _student(k, tail) if cautious or k < _FEW_CLUSTERS else 1.0
        return max(free * student, self._alike)

    def _alike_if_few(self, n: float) -> float:
        """The size at which a verdict is reckoned: as if all records of a cluster were alike, where few events are."""
        few = min(self.successes, self.trials - self.successes) * n < _FEW_EVENTS * self.trials
        return self._alike if few and 0 < self.successes < self.trials else n

    def _at(self, n: float, limits: _Limits, level: float, method: str) -> Interval:
        low, high = limits(np.float64(n * (self.value or 0.0)), np.float64(n), level)
        return Interval(float(low), float(high), method)

    def _whole(self) -> Interval:
        return Interval(0.0, 1.0, "clusters-withheld")

    def _ease(self, other: Clustered) -> float | None:
        """Variance of the contrast as if no cluster were shared, over that with the shared ones: the less favourable
        of the difference's and the log ratio's, which agree where the rates are equal. None where it is withheld.
        """
        shared = self.shared.get(other.name)
        if shared is None:
            return 1.0
        if shared.products is None:
            return None
        p, q = self.value or 0.0, other.value or 0.0
        aa, ab, ba, bb = shared.products
        together = (1 - p) * (1 - q) * aa - (1 - p) * q * ab - p * (1 - q) * ba + p * q * bb
        covariance = together / (self.trials * other.trials)
        one, two = (self._residual / self.trials) ** 2, (other._residual / other.trials) ** 2
        if not one or not two:
            return 1.0
        apart = ((one, two, covariance), (one / p**2, two / q**2, covariance / (p * q)))
        return min((v + w) / left if (left := v + w - 2 * c) > 0 else math.inf for v, w, c in apart)

    def _sizes(self, other: Clustered, tail: float, ease: float, cautious: bool) -> tuple[float, float]:
        mine, theirs = self._effective(tail, cautious), other._effective(tail, cautious)
        ease = min(ease, self.trials / mine, other.trials / theirs) if mine and theirs else 1.0
        return (max(1.0, mine * ease), max(1.0, theirs * ease)) if mine and theirs else (mine, theirs)

    def _p_value(self, other: Clustered, ease: float, cautious: bool) -> float | None:
        """The least 1 − level at which equality is left out: sizes depend on the level where clusters are few."""
        if not self.trials or not other.trials:
            return None

        def left_out(tail: float) -> tuple[float, bool]:
            sizes = self._sizes(other, tail, ease, cautious)
            p = float(score_p_values(*_table(self, other, sizes))[0])
            return p, p < 2 * tail

        p, beyond = left_out(_LEAST_TAIL)
        if beyond or p == left_out(0.4)[0]:
            return p
        low, high = math.log(_LEAST_TAIL), math.log(0.5)
        while high - low > _CLOSE:
            middle = (low + high) / 2
            low, high = (low, middle) if left_out(math.exp(middle))[1] else (middle, high)
        return min(1.0, 2 * math.exp(high))


def _kish(total: int, squares: int, loose: int) -> float:
    """(Σz)²/Σz², where what is loose may add its whole to the root of Σz²; 0 where all are zero."""
    return (total / (math.sqrt(squares) + loose)) ** 2 if total else 0.0


def _student(k: float, tail: float) -> float:
    """(z/t)², t with k − 1 degrees of freedom; 0 where there are no degrees."""
    from scipy.special import ndtri, stdtrit

    if k <= 1:
        return 0.0
    factor = float((ndtri(tail) / stdtrit(k - 1, tail)) ** 2)
    return factor if math.isfinite(factor) else 0.0


def _table(a: Clustered, b: Clustered, sizes: tuple[float, float]) -> tuple[Floats, Floats, Floats, Floats]:
    """Successes and trials of both at their effective sizes, arrays of shape (1,)."""
    (n1, n0), p1, p0 = sizes, a.value or 0.0, b.value or 0.0
    return np.array([p1 * n1]), np.array([n1]), np.array([p0 * n0]), np.array([n0])
