"""Life tables: golden numbers on the lung data, oracles on truncation and competing ends, and what must hold anyway."""

from __future__ import annotations

import math

import numpy as np
import pytest

from counterproof.stats.survival import (
    LifeTable,
    cumulative_incidence,
    greenwood,
    kaplan_meier,
    life_table,
    log_log_limits,
    log_rank,
    product_moments,
    quantile,
    quantile_limits,
    rmst,
    value_at,
)
from stats.lung import FEMALE, MALE, cases

Case = tuple[int, bool]
MEN, WOMEN = cases(MALE), cases(FEMALE)
# the order in which sex differs within ties, as the oracles saw it
EVERYBODY = [(*case, sex) for sex, group in ((1, MEN), (2, WOMEN)) for case in group]


def table_of(group: list[Case]) -> LifeTable:
    times = sorted({time for time, _ in group})
    count = lambda died: [sum(case == (time, died) for case in group) for time in times]  # noqa: E731
    return life_table(times, count(True), count(False))


def test_restricted_means_of_the_lung_data() -> None:
    men, women = rmst(table_of(MEN), 965), rmst(table_of(WOMEN), 965)
    # reference identification.md D
    assert men == pytest.approx((324.0484191, 22.2979392), abs=5e-8)
    assert women == pytest.approx((455.9040875, 32.9174157), abs=5e-8)
    error = math.hypot(men[1], women[1])
    assert women[0] - men[0] == pytest.approx(131.8556684, abs=5e-8)
    assert error == pytest.approx(39.7587016, abs=5e-8)
    assert math.erfc((women[0] - men[0]) / error / math.sqrt(2)) == pytest.approx(0.00091186, abs=5e-9)


def test_median_and_log_rank_of_the_lung_data() -> None:
    both = table_of(MEN + WOMEN)
    assert quantile(both, 0.5) == 310  # reference D: median 310, log-log 284 to 361
    assert quantile_limits(both, 0.5, 0.95) == (284, 361)
    # lifelines 0.30.3: KaplanMeierFitter().fit(...), median_survival_times(fit.confidence_interval_)
    assert quantile_limits(table_of(MEN), 0.5, 0.95) == (210, 306)
    assert quantile_limits(table_of(WOMEN), 0.5, 0.95) == (345, 524)
    chi2, degrees = log_rank([table_of(MEN), table_of(WOMEN)])
    assert (chi2, degrees) == (pytest.approx(10.326741954885648, rel=1e-12), 1)  # lifelines logrank_test


def test_the_curve_and_its_limits_are_those_of_lifelines() -> None:
    table = table_of(MEN + WOMEN)
    curve = kaplan_meier(table)
    # lifelines 0.30.3: KaplanMeierFitter().fit(df.time, df.status).predict(t)
    golden = {5: 0.995614035088, 100: 0.863968967645, 310: 0.495024293181, 700: 0.142391505655, 1022: 0.050345568071}
    for time, survival in golden.items():
        assert value_at(table, curve, time, 1.0) == pytest.approx(survival, abs=1e-12)
    low, high = log_log_limits(curve, greenwood(table), 0.95)
    # …confidence_interval_.loc[:365].tail(1)
    assert value_at(table, low, 365, 1.0) == pytest.approx(0.33871427, abs=5e-9)
    assert value_at(table, high, 365, 1.0) == pytest.approx(0.47838077, abs=5e-9)


def test_late_entry_is_that_of_lifelines() -> None:
    # lifelines 0.30.3: KaplanMeierFitter().fit(time, status, entry=entry), the i-th case in the order of time, status,
    # sex entering at (37 i mod 90) + 0.5 where that is before its time
    ordered = sorted(EVERYBODY)
    entry = [(37 * i) % 90 + 0.5 if (37 * i) % 90 + 0.5 < time else 0.0 for i, (time, _, _) in enumerate(ordered)]
    times = sorted({float(time) for time, _, _ in ordered} | set(entry))
    died = [sum(t == time and d for t, d, _ in ordered) for time in times]
    left = [sum(t == time and not d for t, d, _ in ordered) for time in times]
    table = life_table(times, died, left, [entry.count(time) for time in times])
    curve = kaplan_meier(table)
    brute = 1.0
    for time in sorted({t for t, d, _ in ordered if d and t <= 310}):
        at_risk = sum(e < time <= t for e, (t, _, _) in zip(entry, ordered, strict=True))
        brute *= 1 - sum(t == time and d for t, d, _ in ordered) / at_risk
    assert value_at(table, curve, 310, 1.0) == pytest.approx(brute, abs=1e-12)
    assert not table.emptied


def test_cases_that_enter_after_the_curve_has_fallen_to_zero_are_noticed() -> None:
    # one case from the start that ends at 1; two that enter at 2 and end at 5
    table = life_table([0, 1, 2, 5], [0, 1, 0, 2], [0, 0, 0, 0], [1, 0, 2, 0])
    assert table.at_risk.tolist() == [1, 1, 0, 2]
    assert table.emptied


@pytest.mark.parametrize("kind", [0, 1])
def test_competing_ends_are_those_of_statsmodels(kind: int) -> None:
    # statsmodels 0.15.0: CumIncidenceRight(time, status), deaths of men and of women as two kinds: cinc, cinc_se
    golden = [
        {100: (0.10530723794410649, 0.020332917729725685), 700: (0.5855973805171288, 0.03886648557778988)},
        {100: (0.030723794410649742, 0.011432847862396867), 700: (0.27201111382805393, 0.034558436794020944)},
    ][kind]
    times = sorted({time for time, _, _ in EVERYBODY})
    died = [[sum((t, d, s) == (time, True, sex) for t, d, s in EVERYBODY) for time in times] for sex in (1, 2)]
    left = [sum(t == time and not d for t, d, _ in EVERYBODY) for time in times]
    table = life_table(times, died, left)
    for time, expected in golden.items():
        share, variance = cumulative_incidence(table, kind, time)
        assert (share, math.sqrt(variance)) == pytest.approx(expected, rel=1e-10)
    total = sum(cumulative_incidence(table, each, 700)[0] for each in (0, 1))
    assert total == pytest.approx(1 - value_at(table, kaplan_meier(table), 700, 1.0))


def test_with_one_kind_of_end_its_variance_is_greenwoods() -> None:
    table = table_of(MEN)
    share, variance = cumulative_incidence(table, 0, 365)
    survival = value_at(table, kaplan_meier(table), 365, 1.0)
    assert share == pytest.approx(1 - survival)
    assert variance == pytest.approx(survival**2 * value_at(table, greenwood(table), 365, 0.0))


def test_without_censoring_everything_is_a_plain_share_or_mean() -> None:
    times = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    distinct, died = np.unique(times, return_counts=True)
    table = life_table(distinct, died, np.zeros_like(died))
    assert kaplan_meier(table)[-1] == 0
    mean, error = rmst(table, 9)
    assert mean == pytest.approx(times.mean())
    assert error == pytest.approx(times.std() / math.sqrt(len(times)))
    assert rmst(table, 50)[0] == pytest.approx(times.mean())  # beyond the largest time, where the curve is 0
    moments = product_moments(table, 3)
    assert moments is not None
    assert (moments.mean, moments.size) == pytest.approx((6 / 11, 11))  # Beta(n − k + 1, k) for k = 5 of n = 10


def test_many_records_lose_no_digits() -> None:
    small = life_table([1, 2, 3], [20, 30, 0], [0, 10, 40])
    large = life_table([1, 2, 3], [20 * 10**8, 30 * 10**8, 0], [0, 10 * 10**8, 40 * 10**8])
    assert rmst(large, 3)[0] == pytest.approx(rmst(small, 3)[0])
    assert rmst(large, 3)[1] * 1e4 == pytest.approx(rmst(small, 3)[1])
    few, many = product_moments(small, 2), product_moments(large, 2)
    assert few is not None
    assert many is not None
    assert many.mean == pytest.approx(few.mean, abs=0.01)
    assert many.size / 1e8 == pytest.approx(few.size, rel=0.05)


def test_a_horizon_beyond_the_records_is_refused() -> None:
    table = table_of(WOMEN)
    with pytest.raises(ValueError, match="beyond the largest time"):
        rmst(table, 966)
    with pytest.raises(ValueError, match="above 0"):
        rmst(table, 0)


def test_without_events_nothing_falls() -> None:
    table = life_table([5, 9], [0, 0], [3, 4])
    assert kaplan_meier(table).tolist() == [1, 1]
    assert rmst(table, 9) == (9, 0)
    assert quantile(table, 0.5) is None
    assert quantile_limits(table, 0.5, 0.95) == (0, None)
    assert product_moments(table, 9) is None
    assert cumulative_incidence(table, 0, 9) == (0, 0)
    with pytest.raises(ValueError, match="at least two groups"):
        log_rank([table])


@pytest.mark.parametrize(
    ("times", "died", "left", "entered"),
    [
        ([2, 1], [1, 1], [0, 0], None),
        ([-1, 1], [1, 1], [0, 0], None),
        ([1, 2], [-1, 1], [0, 0], None),
        ([1, 2], [1, 1], [0, 0], [0, 2]),
    ],
)
def test_what_is_no_life_table_is_refused(
    times: list[int], died: list[int], left: list[int], entered: list[int] | None
) -> None:
    with pytest.raises(ValueError, match=r"times must ascend|not negative|at risk"):
        life_table(times, died, left, entered)


def test_the_log_rank_test_does_not_depend_on_the_order_of_groups() -> None:
    groups = [table_of(MEN), table_of(WOMEN), table_of(MEN[::2])]
    first, second = log_rank(groups), log_rank(groups[::-1])
    assert first[1] == 2
    assert first[0] == pytest.approx(second[0])
