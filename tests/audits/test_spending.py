"""Contracts: each award once, each transaction once, and what is not stated never zero."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from counterproof.errors import SourceError

SHARED = Path(__file__).parents[3] / "shared" / "data" / "records" / "spending"


def write(path: Path, rows: list[dict[str, Any]], encoding: str = "utf-8") -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def published() -> list[dict[str, str]]:
    with (SHARED / "state_government_awards.csv").open(encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def award(key: str, obligated: str, **more: str) -> dict[str, Any]:
    plain = {
        "contract_award_unique_key": key,
        "total_obligated_amount": obligated,
        "current_total_value_of_award": obligated,
        "potential_total_value_of_award": obligated,
        "award_base_action_date_fiscal_year": "2023",
        "award_or_idv_flag": "AWARD",
        "recipient_uei": "UEI1",
        "recipient_name": "ACME ANALYTICS",
        "extent_competed": "FULL AND OPEN COMPETITION",
        "number_of_offers_received": "3",
        "last_modified_date": "2024-01-01",
    }
    return plain | more


def found(path: Path | list[Path], **options: Any) -> Any:
    (only,) = cp.audit("spending", path, **options).audits.values()
    return only


def value(findings: Any, measure: str, **group: str) -> float | None:
    return next(e for e in findings.estimates if e.measure == measure and dict(e.group) == group).value


def check(findings: Any, name: str) -> tuple[int, int]:
    one = next(c for c in findings.checks if c.name == name)
    return one.count, one.total


@pytest.mark.skipif(not SHARED.exists(), reason="the shared records are not here")
def test_published_awards() -> None:
    """331 awards to state governments: 4 vehicles, and 82 % of the awards state no ceiling."""
    findings = found(SHARED / "state_government_awards.csv")
    assert value(findings, "awards") + value(findings, "vehicles") == 331
    rows = published()
    assert value(findings, "obligated") == pytest.approx(sum(float(r["total_obligated_amount"]) for r in rows))
    stated = [float(r["potential_total_value_of_award"]) for r in rows if r["potential_total_value_of_award"]]
    assert value(findings, "potential_value") == pytest.approx(sum(stated))
    assert value(findings, "potential_value.missing") == pytest.approx(1 - 60 / 327)
    outlayed = next(e for e in findings.estimates if e.measure == "outlayed" and not e.group)
    assert (outlayed.status, outlayed.value) == ("not_identified", None)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared records are not here")
def test_transactions_are_not_counted_twice(tmp_path: Path) -> None:
    """The published awards split into transactions, some of them twice, give the same sums."""
    rows = published()
    draw = random.Random(7)
    transactions = []
    for row in rows:
        cents, parts = round(100 * float(row["total_obligated_amount"])), draw.randint(1, 4)
        cuts = [draw.randint(-50_000, 90_000) for _ in range(parts - 1)]
        for number, part in enumerate([*cuts, cents - sum(cuts)]):
            one = {k: v for k, v in row.items() if k not in ("total_obligated_amount", "award_latest_action_date")}
            one |= {
                "contract_transaction_unique_key": f"{row['contract_award_unique_key']}#{number}",
                "federal_action_obligation": f"{part / 100:.2f}",
                "total_dollars_obligated": row["total_obligated_amount"],
                "action_date": f"2024-0{1 + number}-01",
                "action_date_fiscal_year": "2024",
            }
            transactions += [one] * draw.choice([1, 1, 1, 2])
    draw.shuffle(transactions)
    split = found(write(tmp_path / "transactions.csv", transactions))
    whole = found(SHARED / "state_government_awards.csv")
    for measure in ("awards", "vehicles", "obligated", "current_value", "potential_value", "potential_value.missing"):
        assert value(split, measure) == pytest.approx(value(whole, measure))
    assert value(split, "obligated", fiscal_year="2024") == pytest.approx(value(whole, "obligated"))
    by_recipient = {e.group["recipient"]: e.value for e in whole.estimates
                    if e.measure == "obligated" and "recipient" in e.group}  # fmt: skip
    again = {e.group["recipient"]: e.value for e in split.estimates
             if e.measure == "obligated" and "recipient" in e.group}  # fmt: skip
    assert again == pytest.approx(by_recipient)
    repeated = len(transactions) - len({one["contract_transaction_unique_key"] for one in transactions})
    assert check(split, "repeated_rows") == (repeated, len(transactions))
    assert check(split, "obligations_incomplete")[0] == 0


def test_ceilings_of_vehicles_stand_apart(tmp_path: Path) -> None:
    rows = [
        award("V", "0", award_or_idv_flag="IDV", potential_total_value_of_award="1,000,000"),
        award("A", "$2,000.00", potential_total_value_of_award="$600,000"),
        award("B", "(500.50)", potential_total_value_of_award="400000"),
    ]
    findings = found(write(tmp_path / "awards.csv", rows))
    assert value(findings, "obligated") == 1499.5
    assert value(findings, "potential_value") == 1_000_000
    assert value(findings, "vehicle_ceiling") == 1_000_000
    assert check(findings, "negative_obligations") == (1, 3)


def test_contradictions_are_counted(tmp_path: Path) -> None:
    rows = [
        award("A", "100", potential_total_value_of_award="99"),
        award("B", "100", number_of_offers_received="1"),
        award("C", "n/a", number_of_offers_received=""),
        award("C", "n/a", number_of_offers_received="", last_modified_date="2024-02-01"),
        award("D", "7", recipient_name="Acme Analytics, Inc."),
        award("E", "8", recipient_uei="UEI2"),
    ]
    findings = found(write(tmp_path / "awards.csv", rows))
    assert check(findings, "obligation_above_ceiling") == (1, 4)
    assert check(findings, "one_offer") == (1, 5)
    assert check(findings, "offers_not_stated") == (1, 5)
    assert check(findings, "repeated_rows") == (1, 6)
    assert check(findings, "several_names") == (1, 2)
    assert check(findings, "several_keys") == (1, 2)
    assert check(findings, "unreadable_amounts")[0] == 3
    assert value(findings, "obligated.missing") == pytest.approx(1 / 5)


def test_a_business_of_one_person_is_not_named(tmp_path: Path) -> None:
    rows = [award(k, "5", sole_proprietorship="t", recipient_name="JANE Q PUBLIC", recipient_uei=k) for k in "AB"]
    findings = found(write(tmp_path / "awards.csv", [*rows, award("C", "6")]))
    text = str(findings)
    assert "PUBLIC" not in text
    assert value(findings, "awards", recipient="sole proprietors, not named") == 2


def test_small_recipients_are_added_up(tmp_path: Path) -> None:
    rows = [award(f"K{n}", str(n), recipient_uei=f"U{n}", recipient_name=f"VENDOR {n}") for n in range(1, 1301)]
    findings = found(write(tmp_path / "awards.csv", rows), most=3)
    labels = [e.group["recipient"] for e in findings.estimates if e.measure == "obligated" and "recipient" in e.group]
    assert labels == ["VENDOR 1300", "VENDOR 1299", "VENDOR 1298", "all others"]
    assert value(findings, "obligated", recipient="all others") == sum(range(1, 1298))
    assert value(findings, "awards", recipient="all others") == 1297


@pytest.mark.skipif(not SHARED.exists(), reason="the shared records are not here")
def test_a_header_of_279_columns_is_read_as_that_of_286(tmp_path: Path) -> None:
    """Downloads of one year leave columns out that those of another have."""
    columns = (SHARED / "columns_award_d1.txt").read_text().split()
    used = {name for row in published() for name in row} | set(award("", ""))
    left_out = [name for name in columns if name not in used][:7]
    whole = [{name: row.get(name, "") for name in columns} for row in published()]
    fewer = [{name: cell for name, cell in row.items() if name not in left_out} for row in whole]
    assert (len(whole[0]), len(fewer[0])) == (286, 279)
    of_286, of_279 = (found(write(tmp_path / f"{len(rows[0])}.csv", rows)) for rows in (whole, fewer))
    assert [(e.measure, e.group, e.value) for e in of_279.estimates] == [
        (e.measure, e.group, e.value) for e in of_286.estimates
    ]
    assert value(of_279, "obligated") == value(found(SHARED / "state_government_awards.csv"), "obligated")


def test_fewer_columns_cp1252_and_other_names(tmp_path: Path) -> None:
    plain = {"Recipient Name": "CAFÉ SYSTEMS"}
    rows = [
        plain | {"Award ID": "1", "Award Amount": "10.10", "Action Date": "11/02/2022"},
        plain | {"Award ID": "2", "Award Amount": "20.20", "Action Date": "2023-03-04"},
    ]
    findings = found(write(tmp_path / "awards.csv", rows, "cp1252"))
    assert value(findings, "obligated", recipient="CAFÉ SYSTEMS") == 30.3
    assert value(findings, "obligated", fiscal_year="2023") == 30.3


def test_a_claim_by_reading(tmp_path: Path) -> None:
    source = write(tmp_path / "awards.csv", [award("A", "9,000,000", potential_total_value_of_award="50,000,000")])
    test = {"audit": "contracts", "group": {"fiscal_year": "2023"}, "expect": "50000000", "within": 500000}
    plan = {
        "title": "Contracts",
        "sources": {"awards": {"path": str(source)}},
        "audits": {"contracts": {"kind": "spending", "source": "awards"}},
        "claims": [{"id": "fifty", "text": "50 million a year", "claimant": "a newspaper", "readings": [
            {"name": "promised", "test": test | {"measure": "obligated"}},
            {"name": "at most, with every option", "test": test | {"measure": "potential_value"}}]}],
    }  # fmt: skip
    claim = cp.run(plan).claims[0]
    assert [reading.verdict for reading in claim.readings] == ["contradicted", "supported"]
    assert claim.verdict == "undetermined"


def test_a_table_that_is_no_download(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="tells one award from another"):
        found(write(tmp_path / "t.csv", [{"vendor": "A", "amount": "3"}]))
    with pytest.raises(SourceError, match="no column holds amounts"):
        found(write(tmp_path / "t.csv", [{"contract_award_unique_key": "A"}]))
