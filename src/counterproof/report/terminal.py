"""The findings as a calm table for a terminal: verdicts first, nothing wider than the screen."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from counterproof.exhibit import Exhibit
from counterproof.report import tables
from counterproof.report.codings import Recoded, recoded, table_of
from counterproof.report.open_questions import check_said, unclear
from counterproof.report.safe import ascii_only, sentence, shorten
from counterproof.report.shapes import MOST_SILENT, Panel, Row, has_number, panels
from counterproof.report.units import read
from counterproof.report.verdicts import Told, ToldReading, tell
from counterproof.report.view import heading, period, records, tally
from counterproof.report.words import POPULATION, STATUS, VERDICT

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["render"]

MARK = {"supported": "✓", "contradicted": "✕", "undetermined": "◐", "untestable": "○"}
MOST_ROWS = 24
LEAST_WIDTH = 40


def render(exhibit: Exhibit, *, width: int = 80, color: bool = False, encoding: str = "utf-8") -> str:
    """Verdicts, then each audit's main measures. Plain ASCII where ``encoding`` is not UTF-8; no colour by default."""
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out, width=max(width, LEAST_WIDTH), force_terminal=color, color_system="standard" if color else None,
        no_color=not color, highlight=False, markup=False, emoji=False, legacy_windows=False, _environ={},
    )  # fmt: skip
    _heading(console, exhibit)
    for told in tell(exhibit):
        _verdict(console, told)
    for audit in exhibit.results.audits:
        _audit(console, exhibit, audit)
    text = "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n") + "\n"
    return text if encoding.lower().replace("-", "").startswith("utf") else ascii_only(text)


def _heading(console: Console, exhibit: Exhibit) -> None:
    console.print(shorten(exhibit.plan.title, 200), style="bold")
    console.print(f"{records(exhibit)}, {period(exhibit)}.")
    for column, reason in exhibit.plan.public.items():
        console.print(f"Column “{shorten(column)}” is shown as public: {shorten(reason, 400)}.")
    for note in exhibit.notes:
        console.print(f"Note: {sentence(shorten(note, 400))}")
    console.print()
    console.print(tally(tell(exhibit)), style="bold")


def _verdict(console: Console, told: Told) -> None:
    from rich.padding import Padding

    console.print()
    console.print(f"{MARK[told.verdict]} {VERDICT[told.verdict].upper()}  {told.text}", style="bold")
    by = ", ".join(part for part in (told.claimant, told.quoted) if part)
    said = [f"({by})" if by else "", told.lead]
    said += [told.number, f"The claim holds if {told.needs}." if told.needs else ""]
    reply = told.claim.reply if told.claim else None
    after = [told.settle, told.alone, *(f"Missing: {need}" for need in told.missing)]
    after += [_reading(reading) for reading in told.readings]
    after += [f"Under the coding “{one.name}”: {one.word.lower()}. {one.number or one.because}" for one in told.codings]
    after += [f"{head}: {what} {given}".rstrip() for head, each in told.consequences for what, given in each]
    after += [f"Reply, asked {reply.asked.isoformat()}: {shorten(reply.text, 1000)}"] if reply else []
    for line in (" ".join(part for part in said if part), *after):
        if line:
            console.print(Padding(line, (0, 0, 0, 2)))


def _reading(r: ToldReading) -> str:
    needs = f" It holds if {r.needs}." if r.needs else ""
    return f"Reading “{r.name}”: {r.word.lower()}. {r.number or r.because}{needs}"


def _audit(console: Console, exhibit: Exhibit, audit: str) -> None:
    found = exhibit.results.audits[audit]
    console.print()
    title = exhibit.audits[audit][0].words.title if audit in exhibit.audits else audit
    console.print(f"{shorten(title)} ({shorten(audit)})", style="bold")
    console.print(f"{read(exhibit, audit)}. {POPULATION[found.population]}")
    every = panels(exhibit, audit)
    for panel in [p for p in every if p.main and p.drawable]:
        console.print()
        console.print(_table(panel))
        console.print(*_after(exhibit, panel), sep="\n", end="\n" if _after(exhibit, panel) else "")
    for panel in [p for p in every if p.main and not p.drawable]:
        console.print(f"{heading(panel)}: no number can be given{' for any group' if panel.split else ''}.")
    for one in recoded(exhibit, audit):
        console.print()
        console.print(_by_coding(one))
    for what, why in unclear(exhibit, audit, found):
        console.print(f"{what}. {why}")
    for check in found.checks:
        if check.status != "pass":
            console.print(f"Note: {check_said(check)}")


def _by_coding(one: Recoded) -> Any:
    """One measure under every coding."""
    from rich import box
    from rich.table import Table

    title = f"{one.label}, under each coding"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column(" and ".join(one.split).replace("_", " ").capitalize() or "Group", overflow="fold")
    for coding in one.names:
        table.add_column(coding, justify="right", overflow="fold")
    for name, cells in table_of(one, intervals=False)[0].rows:
        table.add_row(name, *cells)
    return table


def _after(exhibit: Exhibit, panel: Panel) -> list[str]:
    """What stands under a table: how many groups it leaves out, and what the groups show together."""
    shown = _rows(panel)
    silent = len(panel.rows) - len([row for row in panel.rows if has_number(row.estimate)])
    said = [f"{silent} more without a number that can be shown."] if silent > MOST_SILENT else []
    said += [f"{len(shown) - MOST_ROWS} more groups stand in the report."] if len(shown) > MOST_ROWS else []
    return [*said, *(text for text in (tables.spread(exhibit, panel), tables.detectable(panel)) if text)]


def _rows(panel: Panel) -> list[Row]:
    """The rows of a panel; more than a few without a number are left out and counted."""
    told = [row for row in panel.rows if has_number(row.estimate)]
    return told if len(panel.rows) - len(told) > MOST_SILENT else list(panel.rows)


def _table(panel: Panel) -> Any:
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table

    gaps = {gap.name: gap for gap in tables.gaps(panel)}
    table = Table(box=box.SIMPLE_HEAD, title=heading(panel), title_justify="left", title_style="bold", pad_edge=False)
    bounded = any(row.estimate.status == "bounded" for row in panel.rows)  # intervals for values
    widest = 20 if bounded else 24
    table.add_column(
        " and ".join(panel.split).replace("_", " ").capitalize() or "Group",
        overflow="fold",
        max_width=widest if widest < 24 else None,
        min_width=min(widest, max(cell_len(row.name) for row in panel.rows)),
    )
    counts = not (bounded and gaps)  # a line of eighty letters does not hold two intervals, counts and a ratio
    heads = ["Value", "Interval", *(["Counted"] if counts else []), *(["Ratio"] if gaps else [])]
    for head in heads:
        table.add_column(head, justify="right", overflow="fold")
    shown = _rows(panel)[:MOST_ROWS]
    for row, rate in zip(shown, tables.rates(replace(panel, rows=tuple(shown))), strict=True):
        gap = gaps.get(row.name)
        ratio = gap.ratio if gap and gap.ratio != STATUS["bounded"] else ("reference" if row.reference else "")
        table.add_row(
            row.name, rate.value, rate.interval, *([rate.counted] if counts else []), *([ratio] if gaps else [])
        )
    return table
