"""What a reader must know about the logs before reading a number, and one check for each part of a legal rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from counterproof.audits.search_log.data_files import shipped
from counterproof.audits.search_log.options import Rule, SearchLogOptions
from counterproof.audits.search_log.tabulate import BY, everybody
from counterproof.counts import CountRow, CountTable
from counterproof.findings import Check

__all__ = ["checks"]

Shown = Mapping[str, CountTable]
Status = Literal["pass", "warn", "fail"]


def checks(options: SearchLogOptions, shown: Shown) -> Iterator[Check]:
    """Every check, those of the files first."""
    yield from _files(shown)
    yield from _searches(shown)
    yield from _trend(shown)
    yield from _beside(options, shown)
    for rule in options.chosen_rules:
        yield _rule(rule, shown)


def _one(shown: Shown, table: str) -> CountRow | None:
    return next(iter(shown.get(table, ())), None)


def _warn(count: int | None) -> Status:
    return "pass" if count == 0 else "warn"


def _files(shown: Shown) -> Iterator[Check]:
    files, oddities = list(shown.get("files", ())), list(shown.get("oddities", ()))
    unlisted = sum(row.at["layout"] == "unlisted" for row in oddities)
    unknown = sum(row["unknown"] or 0 for row in oddities)
    layouts = sorted({str(row.at["layout"]) for row in oddities})
    said = f"Layouts recognised: {', '.join(layouts) or 'none of a log'}. "
    said += f"{unlisted} files have known columns in a combination that no layout has. " if unlisted else ""
    said += "Columns that no layout knows are named in the notes and not used." if unknown else "Every column is known."
    yield Check("layout", _warn(unlisted + unknown), unknown, None, said)
    caps = shipped("layouts")["exports"]["caps"]
    full = sum(row["rows"] in caps for row in files)
    numbers = ", ".join(f"{cap:,}" for cap in sorted(caps, reverse=True))
    note = f"Files of exactly {numbers} rows: the export may have been cut off there, and later rows be missing."
    yield Check("export_cap", _warn(full), full, len(files), note)
    shifted = [row["shifted"] for row in shown.get("shifted", ())]
    total = None if None in shifted else sum(n or 0 for n in shifted)
    rows = [row["rows"] for row in files]
    note = "Rows whose cells stand in other columns than the header says: they are counted, their cells are not read."
    yield Check("shifted_columns", _warn(total), total, None if None in rows else sum(n or 0 for n in rows), note)
    again = sum(row["headers"] or 0 for row in oddities)
    yield Check("repeated_header", _warn(again), again, None, "Column names that stand as a row again: left out.")


def _searches(shown: Shown) -> Iterator[Check]:
    row, apart = everybody(shown, "checks"), _one(shown, "ambiguous")
    if row is None:
        return
    total = row["searches"]
    note = "Searches that stand in more than one of the files: each is counted once. Do not add the files up."
    yield Check("overlapping_files", _warn(row["overlap"]), row["overlap"], total, note)
    note = "Searches that stand in several files with different reasons; the first file named is followed."
    yield Check("cross_log_reasons", _warn(row["differs"]), row["differs"], row["overlap"], note)
    if apart is not None:
        note = "Searches without an ID of which several rows agree in organisation, second, networks and time frame: "
        note += "each may be one search written twice, or several."
        yield Check("ambiguous", _warn(apart["ambiguous"]), apart["ambiguous"], total, note)
    note = "Searches with neither an ID nor a time to the second: every row is taken as a search, repeats included."
    yield Check("not_deduplicated", _warn(row["unkeyed"]), row["unkeyed"], total, note)
    note = "IDs whose rows have different times: these may be several searches."
    yield Check("id_conflict", _warn(row["clash"]), row["clash"], total, note)
    note = (
        "Searches whose reason holds personal data, such as a phone number or an e-mail address; counted, never shown."
    )
    yield Check("personal_data", _warn(row["personal"]), row["personal"], total, note)


def _trend(shown: Shown) -> Iterator[Check]:
    months = sorted(str(row.group["month"]) for row in shown.get(BY.format("month"), ()))
    breaks = [one for one in shipped("layouts")["break"] if months and months[0] < one["month"] <= months[-1]]
    said = "; ".join(f"{one['month']}: {one['what']}" for one in breaks)
    note = (
        f"The logs themselves changed within these months ({said}): a change across them is no trend."
        if breaks
        else ("The months lie on one side of every known change of the logs.")
    )
    yield Check("trend_break", _warn(len(breaks)), len(breaks), None, note)


def _beside(options: SearchLogOptions, shown: Shown) -> Iterator[Check]:
    numbers = _one(shown, "published")
    if numbers is not None and numbers.counts.get("snapshots") is not None:
        unequal, both = numbers["unequal"], numbers["reconciled"]
        note = "Portal snapshots whose count of searches in 30 days is not the number of rows that they publish; "
        note += f"{numbers['snapshots']:,} snapshots of {numbers['portals']:,} portals, of which "
        note += f"{numbers['reconciled_portals']:,} publish both."
        yield Check("reconciliation", _warn(unequal), unequal, both, note)
    if numbers is not None and numbers.counts.get("sharing") is not None:
        note = "Organisations of the sharing list with which networks are shared one way only."
        yield Check("one_sided_sharing", _warn(numbers["one_sided"]), numbers["one_sided"], numbers["sharing"], note)
    yield from _conflict(options, shown, numbers)


def _conflict(options: SearchLogOptions, shown: Shown, numbers: CountRow | None) -> Iterator[Check]:
    """Reasons that name immigration, by agencies that say that such use is prohibited."""
    note = "Searches whose reason names immigration, by agencies that say that this use is prohibited; a floor."
    searches, policy = everybody(shown), _one(shown, "policy")
    if "immigration" in options.prohibited_uses and searches is not None:
        count = searches["immigration_reason_floor"]
        yield Check("prohibited_use_conflict", _warn(count), count, searches["searches"], note)
    elif numbers is not None and numbers.counts.get("barring") and policy is not None:
        yield Check("prohibited_use_conflict", _warn(policy["conflict"]), policy["conflict"], policy["policy"], note)


def _rule(rule: Rule, shown: Shown) -> Check:
    """What a part of a rule would have looked at; whether the law was broken is not for counts to say."""
    table = "records" if rule.test == "record" else "rules"
    row = next((row for row in shown.get(table, ()) if row.at["rule"] == rule.key), None)
    if row is None:
        return Check(rule.key, "warn", None, None, f"{rule.citation}: nothing could be counted.")
    what = {
        "record": "rows that leave blank what a record holds",
        "use": "searches whose reason names a barred use (a floor)",
        "reach": "searches by organisations of another state, or federal",
        "purpose": "searches whose reason states no purpose",
    }[rule.test]
    read = f" (as of {rule.as_of:%Y-%m-%d})" if rule.as_of else ""
    note = f"{rule.citation}{read}: {rule.says}. Counted are {what}"
    note += f", from {rule.from_:%Y-%m-%d}." if rule.from_ and rule.test != "record" else "."
    if unknown := row["unknown"]:
        note += f" Of {unknown:,} more it cannot be told."
    return Check(rule.key, _warn(row["barred"]), row["barred"], row["searches"], note)
