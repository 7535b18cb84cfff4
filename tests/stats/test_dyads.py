"""Rates of comparisons that share people."""

import itertools
import math

import numpy as np
import pytest

from counterproof.stats.basis import contrast
from counterproof.stats.clustered import Clustered
from counterproof.stats.dyads import Deflated, Dyads
from counterproof.stats.intervals import clopper_pearson, wilson


def sums(units):
    a, b = np.array(list(units.values())).T
    return int((a * a).sum()), int((a * b).sum()), int((b * b).sum())


def dyads(errors):
    """From {(i, j): errors of so many comparisons}."""
    people, pairs = {}, {}
    for (i, j), (a, b) in errors.items():
        for unit, key in ((people, i), (people, j), (pairs, frozenset((i, j)))):
            old = unit.get(key, (0, 0))
            unit[key] = (old[0] + a, old[1] + b)
    x, n = sum(a for a, _ in errors.values()), sum(a + b for a, b in errors.values())
    return Dyads(x, n, len(people), sums(people), pair_squares=sums(pairs))


def everyone_with_everyone(n, seed, each=1):
    """Errors that come from people: some are taken for many others."""
    rng = np.random.Generator(np.random.PCG64(seed))
    alike = rng.normal(0, 1, n)
    errors = {}
    for i, j in itertools.combinations(range(n), 2):
        p = 1 / (1 + math.exp(5 - 1.2 * (alike[i] + alike[j])))
        a = int(rng.binomial(each, p))
        errors[i, j] = (a, each - a)
    return errors


@pytest.mark.parametrize("seed", range(3))
def test_the_variance_is_the_sum_over_comparisons_that_share_a_person(seed):
    # Fogliato, Patil, Perona (2024): Σ e² over pairs, and Σ e e' over pairs of pairs that share one person
    errors = everyone_with_everyone(25, seed, each=2)
    found = dyads(errors)
    p = found.value
    e = {pair: a * (1 - p) - b * p for pair, (a, b) in errors.items()}
    own = sum(value**2 for value in e.values())
    shared = sum(e[x] * e[y] for x, y in itertools.permutations(e, 2) if len({*x} & {*y}) == 1)
    expected = (own + max(0, shared)) / found.trials**2
    assert (found._residual / found.trials) ** 2 == pytest.approx(expected, rel=1e-9)
    n = found.trials * min(1, p * (1 - p) / found.trials / (expected * 25 / 24))
    ends = found.printed(0.95)
    assert ends.method == "clustered-wilson"
    naive = wilson(found.successes, found.trials)
    assert ends.high - ends.low > 1.2 * (naive[1] - naive[0])
    assert found.effective(0.95) <= n * 1.0000001


def test_pairs_that_share_nobody_are_independent():
    errors = {(2 * k, 2 * k + 1): (int(k % 7 == 0), int(k % 7 != 0)) for k in range(700)}
    found = dyads(errors)
    assert found.effective(0.95) == pytest.approx(700, rel=0.01)
    assert found.printed(0.95).high == pytest.approx(wilson(100, 700)[1], rel=0.01)


def test_without_an_error_half_of_the_people_count():
    # 200 people compared with each other are not 19,900 trials: 1 − .025^(1/100), and not 1 − .025^(1/19900)
    found = dyads(dict.fromkeys(itertools.combinations(range(200), 2), (0, 1)))
    assert found.trials == 19_900
    assert found.effective(0.95) == 100
    assert found.compatible(0.95).high == pytest.approx(clopper_pearson(0, 100)[1])


def test_with_few_errors_a_verdict_takes_half_of_the_people():
    errors = dict.fromkeys(itertools.combinations(range(200), 2), (0, 1)) | {(0, 1): (1, 0), (2, 3): (1, 0)}
    found = dyads(errors)
    assert found.compatible(0.95).high == pytest.approx(clopper_pearson(0, 100)[1], rel=0.05)
    assert found.printed(0.95).high < 0.001


def test_sums_that_no_people_can_have():
    with pytest.raises(ValueError, match="people"):
        Dyads(5, 100, 3, (1, 1, 1))


def test_two_groups_that_share_people_are_compared_with_what_they_share():
    one, other = dyads(everyone_with_everyone(30, 1)), dyads(everyone_with_everyone(30, 2))
    assert contrast(one, other, "difference", 0.95).method == "clustered-score"
    assert isinstance(one, Clustered)


def test_a_size_taken_over_from_another_threshold():
    found = Deflated(30, 3000, 600)
    assert (found.printed(0.95).low, found.printed(0.95).high) == pytest.approx(wilson(6, 600))
    assert (found.compatible(0.95).low, found.compatible(0.95).high) == pytest.approx(clopper_pearson(6, 600))
    assert found.value == 0.01


@pytest.mark.deep
@pytest.mark.parametrize("people", [60, 150])
def test_the_interval_covers_where_people_differ(people):
    """400 evaluations of one system among people who differ a lot: the rate of all is, as good as, the true one.

    Where a few people bear most errors, any variance is a little too small; docs/coverage.md has more.
    """
    drawn = [dyads(everyone_with_everyone(people, seed)) for seed in range(400)]
    true = sum(d.successes for d in drawn) / sum(d.trials for d in drawn)
    held = np.mean([d.printed(0.95).low <= true <= d.printed(0.95).high for d in drawn])
    judged = np.mean([d.compatible(0.95).low <= true <= d.compatible(0.95).high for d in drawn])
    naive = np.mean([wilson(d.successes, d.trials)[0] <= true <= wilson(d.successes, d.trials)[1] for d in drawn])
    assert naive < 0.7
    assert held > 0.86
    assert judged > 0.92
