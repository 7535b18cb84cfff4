import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counterproof import line, plan
from counterproof.errors import InputError
from counterproof.evidence import Difference, canonical, documents, verify, write

# Made for this test: 2 groups, flag and outcome, 810 records.
ROWS = """group,flag,outcome,n
a,1,1,120
a,1,0,40
a,0,1,60
a,0,0,200
b,1,1,90
b,1,0,80
b,0,1,30
b,0,0,190
"""
PLAN = {
    "title": "A flag",
    "sources": {"rows": {"path": "rows.csv"}},
    "audits": {
        "flags": {
            "kind": "score",
            "source": "rows",
            "flag": "flag",
            "outcome": "outcome",
            "count": "n",
            "groups": ["group"],
            "measures": ["false_positive_rate", "flag_rate"],
        }
    },
    "claims": [
        {
            "id": "equal",
            "text": "Both groups are flagged alike.",
            "test": {
                "audit": "flags",
                "measure": "false_positive_rate",
                "compare": {"group": ["b", "a"]},
                "as": "ratio",
                "expect": "0.8 .. 1.25",
            },
        }
    ],
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    base = tmp_path_factory.mktemp("records")
    (base / "rows.csv").write_text(ROWS)
    return documents(line.execute(plan.parse(PLAN), base))


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "rows.csv").write_text(ROWS)
    return folder


@pytest.fixture
def folder(tmp_path: Path, outputs: dict[str, bytes]) -> Path:
    write(tmp_path / "run", outputs)
    return tmp_path / "run"


def wrong(found: list[Difference]) -> list[Difference]:
    return [difference for difference in found if not difference.information]


def edit(folder: Path, name: str, change: Callable[[Any], object], *, fix: bool = True) -> None:
    """Change a document and, as a careful forger would, its hash in the manifest."""
    document = json.loads((folder / name).read_text())
    change(document)
    (folder / name).write_bytes(canonical.dump(document))
    if fix and name != "manifest.json":
        seal(folder, name)


def seal(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()

    def entry(manifest: Any) -> None:
        manifest["outputs"][name] = {"sha256": canonical.sha256(content), "size": len(content)}
        if name == "plan.json":
            manifest["plan"]["sha256"] = canonical.sha256(content)

    edit(folder, "manifest.json", entry)


def test_a_run_agrees_with_itself_and_with_its_records(folder: Path, records: Path) -> None:
    assert wrong(verify(folder)) == []
    assert verify(folder, root=records) == []
    assert verify(folder, {"rows": records / "rows.csv"}) == []


def test_without_records_it_says_that_nothing_was_counted_again(folder: Path) -> None:
    assert [(d.part, d.place, d.information) for d in verify(folder)] == [("source", "rows", True)]


@pytest.mark.parametrize("name", ["results.json", "counts.json", "plan.json", "report.html", "charts.json"])
def test_a_changed_byte_is_found_by_its_hash(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    assert Difference("output", name, "is not the file whose hash the manifest has") in verify(folder)


def test_a_forged_number_is_named_with_its_place(folder: Path) -> None:
    def forge(results: Any) -> None:
        results["audits"]["flags"]["estimates"][2]["value"] += 1e-7

    edit(folder, "results.json", forge)
    assert [d.place for d in wrong(verify(folder))] == ["results.json: audits.flags.estimates[2].value"]


def test_rounding_of_another_machine_is_no_difference(folder: Path) -> None:
    def nudge(results: Any) -> None:
        results["audits"]["flags"]["estimates"][2]["value"] *= 1 + 5e-10

    edit(folder, "results.json", nudge)
    assert wrong(verify(folder)) == []


def test_a_forged_verdict_is_found(folder: Path) -> None:
    edit(folder, "results.json", lambda results: results["claims"][0].update(verdict="supported"))
    assert [d.place for d in wrong(verify(folder))] == ["results.json: claims[0].verdict"]


def test_a_forged_count_is_found_twice_with_the_records(folder: Path, records: Path) -> None:
    def forge(counts: Any) -> None:
        row = next(row for row in counts["audits"]["flags"]["tables"]["outcomes"] if row["group"])
        row["counts"]["false_positives"] += 1

    edit(folder, "counts.json", forge)
    assert any(d.place.startswith("results.json: audits.flags") for d in wrong(verify(folder)))
    assert any(d.place.startswith("counts.json: audits.flags") for d in wrong(verify(folder, root=records)))


def test_a_forged_report_is_found(folder: Path) -> None:
    (folder / "report.html").write_text((folder / "report.html").read_text().replace("A flag", "A fair flag"))
    seal(folder, "report.html")
    assert [(d.part, d.place) for d in wrong(verify(folder))] == [("output", "report.html")]


def test_a_forged_chart_is_found(folder: Path) -> None:
    def forge(charts: Any) -> None:
        next(iter(charts.values()))["data"]["values"][0]["value"] = 0.5

    edit(folder, "charts.json", forge)
    assert [(d.part, d.place) for d in wrong(verify(folder))] == [("output", "charts.json")]


def test_a_forged_expectation_is_found(folder: Path) -> None:
    def forge(document: Any) -> None:
        document["claims"][0]["test"]["expect"] = "1 .. 9"

    edit(folder, "plan.json", forge)
    assert "results.json: claims[0].verdict" in [d.place for d in wrong(verify(folder))]


def test_another_seed_is_named(folder: Path) -> None:
    edit(folder, "manifest.json", lambda manifest: manifest.update(seed=1))
    assert [d.part for d in wrong(verify(folder))] == ["seed"]


def test_another_plan_hash_is_named(folder: Path) -> None:
    edit(folder, "manifest.json", lambda manifest: manifest["plan"].update(sha256="0" * 64))
    assert [d.part for d in wrong(verify(folder))] == ["plan"]


def test_other_versions_are_information_and_numbers_are_still_compared(folder: Path) -> None:
    def older(manifest: Any) -> None:
        manifest["version"] = "0.0.9"
        manifest["dependencies"]["scipy"] = "1.0"

    edit(folder, "manifest.json", older)
    found = verify(folder)
    assert wrong(found) == []
    assert {d.place for d in found if d.part == "version"} == {"counterproof", "scipy"}
    edit(folder, "results.json", lambda results: results["claims"][0].update(low=0.1))
    assert [d.place for d in wrong(verify(folder))] == ["results.json: claims[0].low"]


def test_other_records_are_named(folder: Path, records: Path) -> None:
    (records / "rows.csv").write_text(ROWS.replace("a,1,1,120", "a,1,1,121"))
    found = wrong(verify(folder, root=records))
    assert Difference("source", "rows", "is not the file whose hash the manifest has") in found
    assert any(d.place.startswith("counts.json: audits.flags.tables") for d in found)


def test_the_same_records_under_another_name(folder: Path, records: Path) -> None:
    (records / "rows.csv").rename(records / "renamed.csv")
    assert verify(folder, {"rows": records / "renamed.csv"}) == []
    found = wrong(verify(folder, root=records))
    assert [(d.part, "no such file" in d.what) for d in found] == [("source", True)]


def test_an_unfinished_run_is_named(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    assert [d.what for d in verify(folder)] == ["is missing; this is no finished run"]


def test_a_file_that_nothing_vouches_for_is_named(folder: Path) -> None:
    (folder / "extra.html").write_text("")
    assert [d.place for d in verify(folder) if d.part == "output"] == ["extra.html"]


@pytest.mark.parametrize("name", ["manifest.json", "plan.json", "counts.json", "results.json", "report.html"])
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"null", b"3", b'{"a": NaN}', b"\xff\xfe", b"[" * 50_000])
def test_missing_and_garbled_files_are_differences(folder: Path, name: str, content: bytes | None) -> None:
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
        if name != "manifest.json":
            seal(folder, name)
    found = wrong(verify(folder))
    assert found
    assert any(name in d.place for d in found)


@pytest.mark.parametrize("bad", ["../secret", "/etc/hostname", "a/../../secret", "..", "a\\b", "C:secret", "\x1b[2J"])
def test_a_manifest_cannot_lead_out_of_its_folder(folder: Path, tmp_path: Path, bad: str) -> None:
    (tmp_path / "secret").write_text("x")
    secret = {"sha256": canonical.sha256(b"x"), "size": 1}
    edit(folder, "manifest.json", lambda manifest: manifest["outputs"].update({bad: secret}))
    assert wrong(verify(folder))
    assert "\x1b" not in repr([d.place for d in verify(folder)])


@pytest.mark.parametrize("name", ["manifest.json", "counts.json", "report.html"])
def test_links_are_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / "moved")
    (folder / name).symlink_to(tmp_path / "moved")
    assert Difference("output", name, "is a link or cannot be opened; it was not read") in verify(folder)


def test_a_source_that_the_plan_does_not_have(folder: Path, records: Path) -> None:
    with pytest.raises(InputError, match=r"^row: the plan has no such source\n  Hint: did you mean 'rows'"):
        verify(folder, {"row": records / "rows.csv"})


@pytest.mark.parametrize("path", ["../elsewhere.csv", "/etc/passwd", "~/rows.csv", "a/../../x.csv", ["rows.csv", "/x"]])
def test_a_plan_cannot_make_verify_read_elsewhere(
    folder: Path, records: Path, monkeypatch: pytest.MonkeyPatch, path: Any
) -> None:
    edit(folder, "plan.json", lambda document: document["sources"]["rows"].update(path=path))
    monkeypatch.setattr(line, "execute", lambda *_, **__: pytest.fail("opened"))
    assert any("leads out" in d.what for d in verify(folder, root=records))


def test_a_link_below_the_root_is_not_followed_out_of_it(folder: Path, records: Path, tmp_path: Path) -> None:
    (records / "rows.csv").rename(tmp_path / "secret.csv")
    (records / "rows.csv").symlink_to(tmp_path / "secret.csv")
    assert any("outside" in d.what for d in wrong(verify(folder, root=records)))


def test_a_plan_cannot_make_verify_open_a_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def database(document: Any) -> None:
        document["sources"]["rows"] = {"url": "postgres://example.invalid/x", "table": "t"}

    edit(folder, "plan.json", database)
    monkeypatch.setattr(line, "execute", lambda *_, **__: pytest.fail("opened"))
    assert any("database" in d.what for d in verify(folder))


def leaves(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in entries:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from leaves(value, (*at, key))


@pytest.mark.parametrize("name", ["plan.json", "counts.json", "results.json"])
def test_any_single_change_is_found_and_none_is_a_crash(folder: Path, records: Path, name: str) -> None:
    """One value of a document is replaced by something odd, its hash is mended, and verify must still object.

    Without the records it cannot object to a count that no finding rests on.
    """
    draw = random.Random(20161)
    original = (folder / name).read_text()
    places = list(leaves(json.loads(original)))
    for place in draw.sample(places, 12):
        odd = draw.choice([None, -1, 10**25, "x", [], {}, 0.123, True])
        document = json.loads(original)
        parent = document
        for part in place[:-1]:
            parent = parent[part]
        if parent[place[-1]] == odd:
            continue
        parent[place[-1]] = odd
        (folder / name).write_bytes(canonical.dump(document))
        seal(folder, name)
        found = verify(folder, {"rows": records / "rows.csv"} if name == "counts.json" else {})
        assert wrong(found), (place, odd)
