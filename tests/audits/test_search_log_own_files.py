"""A lexicon and a layout of one's own, and what a log should not hold: counted exactly, and never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from audits.search_logs import LAYOUTS, draw, log, rows_of, write
from counterproof.errors import CounterproofError

LEXICON = """
[vague]
words = ["zzgeneral"]

[[immigration]]
term = "our own word for it"
words = ["quillwork order"]
"""
LAYOUT = """
[fields]
id = ["reference of the query"]
reason = ["why was it asked"]

[[layout]]
name = "our-own"
columns = ["id", "agency", "reason", "date"]
"""


def count(found: cp.Finding, measure: str) -> Any:
    return next(e.numerator for e in found.audits["audit"].estimates if e.measure == measure and not e.group)


def check(found: cp.Finding, name: str) -> tuple[str, int | None]:
    one = next(check for check in found.audits["audit"].checks if check.name == name)
    return one.status, one.count


def test_a_lexicon_of_ones_own_adds_to_ours(tmp_path: Path) -> None:
    searches = draw(3, 900, kinds=("other",))
    rows = rows_of(searches, "superset")
    at = LAYOUTS["superset"].index("Reason")
    for number in range(40):
        rows[number][at] = "Quillwork order, unit 4"
    for number in range(40, 65):
        rows[number][at] = "zzgeneral"
    for number in range(65, 95):
        rows[number][at] = "ICE detainer"
    path = write(tmp_path / "log.csv", rows, LAYOUTS["superset"])
    (tmp_path / "own.toml").write_text(LEXICON)
    ours = cp.audit("search-log", path)
    with_own = cp.audit("search-log", path, lexicon=str(tmp_path / "own.toml"))
    assert count(with_own, "immigration_reason_floor") - count(ours, "immigration_reason_floor") == 40
    assert count(ours, "immigration_reason_floor") >= 30
    assert count(with_own, "reason_vague") - count(ours, "reason_vague") == 25


def test_a_layout_of_ones_own_is_recognised(tmp_path: Path) -> None:
    searches = draw(4, 600)
    rows = [[one.id, one.agency, one.reason, one.when.strftime("%Y-%m-%d")] for one in searches]
    rows += rows[:30]
    header = ["Reference of the query", "Agency", "Why was it asked?", "Search Date"]
    path = write(tmp_path / "log.csv", rows, header)
    (tmp_path / "own.toml").write_text(LAYOUT)
    found = cp.audit("search-log", path, layout=str(tmp_path / "own.toml"))
    values = {e.measure: e.value for e in found.audits["audit"].estimates if not e.group}
    assert (values["rows"], values["searches"]) == (630, 600)
    assert "our-own" in next(c.note for c in found.audits["audit"].checks if c.name == "layout")


@pytest.mark.parametrize("text", ["[vague", "[vague]\nwords = 3\n", "[vagueness]\nwords = ['x']\n"])
def test_an_own_file_with_a_mistake(text: str, tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", draw(5, 200))
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(CounterproofError, match=r"own\.toml|lexicon"):
        cp.audit("search-log", path, lexicon=str(tmp_path / "own.toml"))


def test_personal_data_in_a_reason_is_counted_and_never_shown(tmp_path: Path) -> None:
    rows = rows_of(draw(6, 800, kinds=("other",)), "superset")
    at = LAYOUTS["superset"].index("Reason")
    plain = cp.audit("search-log", write(tmp_path / "plain.csv", rows, LAYOUTS["superset"]))
    for number in range(24):
        rows[number][at] = f"call {555 + number}-867-53{10 + number} about wilhelmina{number}@example.org"
    found = cp.audit("search-log", write(tmp_path / "log.csv", rows, LAYOUTS["superset"]))
    assert check(plain, "personal_data") == ("pass", 0)
    assert check(found, "personal_data") == ("warn", 24)
    assert "wilhelmina" not in str(found.to_json()) + found._repr_html_()


def test_one_id_for_two_searches(tmp_path: Path) -> None:
    rows = rows_of(draw(7, 700), "superset")
    at = LAYOUTS["superset"].index("ID")
    for number in range(11):
        rows[number][at] = rows[number + 100][at]
    found = cp.audit("search-log", write(tmp_path / "log.csv", rows, LAYOUTS["superset"]))
    assert check(found, "id_conflict")[0] == "warn"
    assert check(found, "id_conflict")[1] in (11, 22)
    assert check(cp.audit("search-log", log(tmp_path / "b.csv", draw(7, 700))), "id_conflict") == ("pass", 0)
