import re
from pathlib import Path

from counterproof.evidence import history, outputs


def test_the_first_run_is_dated_and_later_ones_are_counted(tmp_path: Path) -> None:
    history.add(tmp_path, "a" * 64, "2026-01-05T10:00:00Z")
    history.add(tmp_path, "a" * 64, "2026-01-06T10:00:00Z")
    found = history.add(tmp_path, "b" * 64, "2026-01-07T10:00:00Z")
    assert found.plans == (
        history.PlanRuns("a" * 64, "2026-01-05T10:00:00Z", 2),
        history.PlanRuns("b" * 64, "2026-01-07T10:00:00Z", 1),
    )
    assert found.runs == 3
    assert "3 runs of 2 different plans" in found.sentence()
    assert history.read(tmp_path) == found.plans
    outputs.prepare(tmp_path)  # a folder with nothing but its history may be written to


def test_the_time_is_utc_in_seconds() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", history.now())


def test_a_garbled_history_is_none(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"plans": 3}', '{"plans": [{"plan": "x"}]}'):
        (tmp_path / "history.json").write_text(text)
        assert history.read(tmp_path) == ()
