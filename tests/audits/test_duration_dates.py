"""Processing times from dates: before and after with known truth, dates in several forms, and bad input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.cli.app import run
from counterproof.errors import CounterproofError, InputError

AS_OF, CHANGE = dt.date(2025, 6, 30), dt.date(2024, 2, 1)
DATES: dict[str, Any] = {"opened": "opened", "closed": "closed", "as_of": AS_OF}
Row = dict[str, Any]


def cases(n: int, seed: int = 1, faster: float = 1.0) -> list[Row]:
    """Cases that take 3 days and more, 300 on average; from ``CHANGE`` on ``faster`` times that."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for since, days in zip(rng.integers(0, 1825, n), rng.weibull(0.9, n) * 280 + 3, strict=True):
        opened = AS_OF - dt.timedelta(days=int(since))
        took = dt.timedelta(days=int(days * (faster if opened >= CHANGE else 1.0)))
        closed = opened + took
        rows.append({"opened": opened, "closed": closed if closed <= AS_OF else None, "office": "NS"[since % 2]})
    return rows


def audit(rows: Sequence[Row], **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = cp.audit("duration", pa.Table.from_pylist(list(rows)), **DATES, **options).to_json()
    result: dict[str, Any] = found["audits"]["audit"]
    return result


def only(entries: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    found = [entry for entry in entries if all(entry.get(key) == value for key, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


def change(found: dict[str, Any], assumption: str | None) -> dict[str, Any]:
    return only(found["contrasts"], measure="rmst", scale="ratio", assumption=assumption, group={"period": "after"})


def test_closed_cases_say_minus_forty_per_cent_where_nothing_changed() -> None:
    found = audit(cases(20_000), before_after=CHANGE, horizon=365)
    closed, honest = change(found, "closed_cases_only"), change(found, None)
    assert closed["value"] - 1 == pytest.approx(-0.4, abs=0.01)
    assert honest["value"] == pytest.approx(1, abs=0.03)
    assert honest["low"] < 1 < honest["high"]
    bias = only(found["estimates"], measure="rmst.closed_only_bias", group={"period": "after"})
    assert bias["value"] < -50


def test_a_change_that_happened_is_found() -> None:
    found = audit(cases(20_000, faster=0.6), before_after=CHANGE, horizon=365)
    assert change(found, None)["high"] < 0.85


def test_the_claim_of_forty_per_cent_is_judged_on_the_cohorts() -> None:
    test = {"audit": "t", "measure": "rmst", "compare": {"period": ["after", "before"]}, "as": "change"}
    rows = [{**row, "opened": str(row["opened"]), "closed": str(row["closed"] or "")} for row in cases(4_000)]
    plan = {
        "sources": {"s": {"inline": rows}},
        "audits": {"t": {"kind": "duration", "source": "s", **DATES, "before_after": CHANGE, "horizon": 365}},
        "claims": [{"id": "c", "text": "-", "test": {**test, "expect": "-0.40", "within": 0.05}}],
    }
    claim = cp.run(plan).to_json()["claims"][0]
    assert claim["verdict"] == "contradicted"
    assert abs(claim["value"]) < 0.08


def test_each_group_is_compared_with_itself_before() -> None:
    found = audit(cases(6_000), before_after=CHANGE, horizon=300, groups=["office"])
    pairs = {
        (c["group"]["office"], c["reference"]["office"], c["reference"]["period"])
        for c in found["contrasts"]
        if len(c["group"]) == 2
    }
    assert pairs == {("N", "N", "before"), ("S", "S", "before")}


def test_a_break_is_told_from_the_trend() -> None:
    rows = cases(60_000, faster=0.5)
    found = audit(rows, before_after=CHANGE, horizon=60)
    jump = only(found["estimates"], measure="break_at_date", group={})
    assert jump["at"]["bandwidth"] == 3
    assert (jump["at"]["months_before"], jump["at"]["months_after"]) == (43, 15)
    assert jump["high"] < 0
    months = [e for e in found["estimates"] if e["measure"] == "monthly_mean" and set(e["group"]) == {"period"}]
    assert {"before", "after"} == {e["group"]["period"] for e in months}


def test_a_break_after_few_months_is_undetermined() -> None:
    rows = [{**row, "opened": str(row["opened"]), "closed": str(row["closed"] or "")} for row in cases(3_000)]
    plan = {
        "sources": {"s": {"inline": rows}},
        "audits": {"t": {"kind": "duration", "source": "s", **DATES, "before_after": CHANGE, "horizon": 190}},
        "claims": [{"id": "c", "text": "-", "test": {"audit": "t", "measure": "break_at_date", "expect": "< 0"}}],
    }
    claim = cp.run(plan).to_json()["claims"][0]
    assert claim["verdict"] == "undetermined"


FORMS: dict[str, Callable[[dt.date], str]] = {
    "iso": lambda d: d.isoformat(),
    "american": lambda d: f"{d.month}/{d.day}/{d.year}",
    "dotted": lambda d: f"{d.day}.{d.month}.{d.year}",
    "named": lambda d: d.strftime("%d-%b-%Y").upper(),
    "compact": lambda d: d.strftime("%Y%m%d"),
    "with time": lambda d: f"{d.isoformat()} 23:59:59",
}


def written(rows: Sequence[Row], forms: Sequence[str]) -> list[Row]:
    return [
        {
            key: (FORMS[forms[number % len(forms)]](value) if isinstance(value, dt.date) else value)
            for key, value in row.items()
        }
        for number, row in enumerate(rows)
    ]


@pytest.mark.parametrize("forms", [["iso"], ["american"], ["iso", "american", "dotted"], list(FORMS)])
def test_dates_in_several_forms_are_the_same_dates(forms: list[str]) -> None:
    rows = cases(600)
    assert audit(written(rows, forms), horizon=200)["estimates"] == audit(rows, horizon=200)["estimates"]


def test_the_order_of_day_and_month_is_read_off_the_column_or_asked_for() -> None:
    rows = cases(600)
    day_first = [
        {k: (f"{v.day}/{v.month}/{v.year}" if isinstance(v, dt.date) else v) for k, v in row.items()} for row in rows
    ]
    assert audit(day_first, horizon=200)["estimates"] == audit(rows, horizon=200)["estimates"]
    unclear = [{"opened": f"{1 + n % 12}/{1 + n % 11}/2024", "closed": None} for n in range(300)]
    with pytest.raises(InputError, match="begin with the day or the month") as caught:
        audit(unclear)
    assert "date_order" in str(caught.value)
    assert audit(unclear, date_order="day_first")["records"] == 300
    both = [{"opened": "25/12/2023" if n % 2 else "12/25/2023", "closed": None} for n in range(300)]
    with pytest.raises(InputError, match="two orders"):
        audit(both)


def test_what_cannot_be_is_left_out_and_counted() -> None:
    rows = cases(2_000)
    for number, row in enumerate(rows):
        if number < 11:
            row["closed"] = row["opened"] - dt.timedelta(days=3)
        elif number < 23:
            row |= {"opened": AS_OF - dt.timedelta(days=40), "closed": AS_OF + dt.timedelta(days=20)}
        elif number < 36:
            row |= {"opened": AS_OF + dt.timedelta(days=2), "closed": None}
        elif number < 50:
            row["opened"] = None
        elif number < 60:
            row |= {"opened": "no date", "closed": None}
    rows = [{k: str(v) if isinstance(v, dt.date) else v for k, v in row.items()} for row in rows]
    found = audit(rows, horizon=200)
    counts = {check["name"]: check["count"] for check in found["checks"]}
    assert counts["negative"] == 11
    assert counts["later"] == 12  # closed after the as-of date: open on that day
    assert counts["late"] == 13
    assert counts["missing"] == 14
    assert counts["unreadable"] == 10
    assert counts["records_used"] == 2_000 - 11 - 13 - 14 - 10


def test_a_close_after_the_as_of_date_changes_nothing() -> None:
    rows = cases(800)
    cut = [{**row, "closed": row["closed"] if row["closed"] and row["closed"] <= AS_OF else None} for row in rows]
    later = [{**row, "closed": row["closed"] or AS_OF + dt.timedelta(days=9)} for row in rows]
    assert audit(cut, horizon=200)["estimates"] == audit(later, horizon=200)["estimates"]


def test_without_a_closed_case_there_are_only_lower_bounds() -> None:
    rows = [{"opened": AS_OF - dt.timedelta(days=50 + n % 60), "closed": None} for n in range(300)]
    found = audit(rows, horizon=50, within=[30])
    assert only(found["estimates"], measure="share_done_within", assumption=None)["value"] == 0
    mean = only(found["estimates"], measure="rmst", assumption=None)
    assert mean["value"] == 50
    assert mean["low"] < 50
    median = only(found["estimates"], measure="median_time", assumption=None)
    assert (median["status"], median["value"], median["unbounded"]) == ("bounded", None, "high")
    assert only(found["checks"], name="no_ends")["status"] == "warn"


def test_records_of_closed_cases_alone_are_noticed() -> None:
    rows = [row for row in cases(800) if row["closed"]]
    assert only(audit(rows)["checks"], name="no_open")["status"] == "warn"


def test_a_horizon_beyond_the_follow_up_is_refused_with_the_longest_usable() -> None:
    rows = [row for row in cases(2_000) if row["opened"] <= AS_OF - dt.timedelta(days=100)]
    with pytest.raises(InputError, match="longest usable horizon is") as caught:
        audit(rows, horizon=800, before_after=CHANGE)
    longest = int(str(caught.value).split("longest usable horizon is ")[1].split()[0])
    assert 400 <= longest <= 515
    assert audit(rows, horizon=longest, before_after=CHANGE)["records"] == len(rows)


def test_all_there_is_has_no_interval_and_open_cases_leave_bounds() -> None:
    rows = [row for row in cases(2_000) if row["opened"] <= AS_OF - dt.timedelta(days=400)]
    found = audit(rows, horizon=365, within=[90], population="records")["estimates"]
    share = only(found, measure="share_done_within", assumption=None)
    assert (share["status"], share["low"]) == ("reported", None)


BAD: dict[str, tuple[Callable[[], list[Row]], list[str], str]] = {
    "negative times": (
        lambda: [{"t": -1.0, "e": 1}] * 30 + [{"t": 2.0, "e": 1}] * 30, ["--time", "t", "--event", "e"], "",
    ),
    "times with a fraction": (
        lambda: [{"t": n + 0.5, "e": 1} for n in range(60)], ["--time", "t", "--event", "e"], "time_step",
    ),
    "words for times": (
        lambda: [{"t": "soon", "e": 1}] * 60, ["--time", "t", "--event", "e"], "cannot be read",
    ),
    "an event that is neither yes nor no": (
        lambda: [{"t": n, "e": "abc"[n % 3]} for n in range(60)], ["--time", "t", "--event", "e"], "event_value",
    ),
    "an event value that no record has": (
        lambda: [{"t": n, "e": n % 2} for n in range(60)],
        ["--time", "t", "--event", "e", "--event-value", "7"], "no record has this value",
    ),
    "dates that are none": (
        lambda: [{"o": "Quillfeather", "c": ""}] * 60,
        ["--opened", "o", "--closed", "c", "--as-of", "2025-01-01"], "cannot be read",
    ),
    "dates without a day of the records": (
        lambda: [{"o": "2024-01-01", "c": ""}] * 60, ["--opened", "o", "--closed", "c"], "as_of",
    ),
    "times and dates": (
        lambda: [{"t": 1, "e": 1, "o": "2024-01-01"}] * 60,
        ["--time", "t", "--event", "e", "--opened", "o"], "give one of",
    ),
    "before and after without dates": (
        lambda: [{"t": 1, "e": 1}] * 60, ["--time", "t", "--event", "e", "--before-after", "2024-01-01"], "opened",
    ),
    "a birth date as the day of opening": (
        lambda: [{"birth_date": "1980-01-01", "c": ""}] * 60,
        ["--opened", "birth_date", "--closed", "c", "--as-of", "2025-01-01"], "identifies persons",
    ),
    "a horizon that is no number": (
        lambda: [{"t": 1, "e": 1}] * 60, ["--time", "t", "--event", "e", "--horizon", "long"], "horizon",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_the_command_says_what_is_wrong(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, options, says = BAD[name]
    rows = make()
    path = tmp_path / "cases.csv"
    path.write_text("\n".join([",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]) + "\n")
    code = run(["audit", "duration", str(path), *options, "--json", "-"])
    out, err = capsys.readouterr()
    assert code == (2 if says else 0), err
    assert says in err
    assert "Traceback" not in err
    assert "Quillfeather" not in err
    if not says:
        assert '"name": "negative"' in out


def test_too_many_times_ask_for_larger_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterproof.sources.counting.durations.MAX_CELLS", 500)
    rows = cases(3_000)
    with pytest.raises(CounterproofError, match="time_step: 7"):
        audit(rows)
    assert audit(rows, time_step=30, horizon=300)["records"] == 3_000
