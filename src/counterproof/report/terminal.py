"""The findings as a calm table for a terminal: verdicts first, nothing wider than the screen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from counterproof.exhibit import Exhibit
from counterproof.report import tables
from counterproof.report.safe import ascii_only, sentence, shorten
from counterproof.report.shapes import Panel, panels
from counterproof.report.units import label
from counterproof.report.verdicts import Told, tell
from counterproof.report.view import period, records, tally
from counterproof.report.words import POPULATION, VERDICT

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
    said += [told.number, f"The claim needs {told.needs}." if told.needs else ""]
    reply = told.claim.reply if told.claim else None
    after = [told.settle, told.alone, *(f"Missing: {need}" for need in told.missing)]
    after += [f"Reading “{r.name}”: {r.word.lower()}. {r.number or r.because}" for r in told.readings]
    after += [f"It implies: {said} {given}".rstrip() for said, given in told.consequences]
    after += [f"Reply, asked {reply.asked.isoformat()}: {shorten(reply.text, 1000)}"] if reply else []
    for line in (" ".join(part for part in said if part), *after):
        if line:
            console.print(Padding(line, (0, 0, 0, 2)))


def _audit(console: Console, exhibit: Exhibit, audit: str) -> None:
    found = exhibit.results.audits[audit]
    console.print()
    title = exhibit.audits[audit][0].words.title if audit in exhibit.audits else audit
    console.print(f"{shorten(title)} ({shorten(audit)})", style="bold")
    console.print(POPULATION[found.population])
    for panel in [p for p in panels(exhibit, audit) if p.main]:
        console.print()
        console.print(_table(panel))
        if len(panel.rows) > MOST_ROWS:
            console.print(f"{len(panel.rows) - MOST_ROWS} more groups stand in the report.")
    for e in {(e.measure, e.note): e for e in found.estimates if e.status in ("bounded", "not_identified")}.values():
        console.print(f"{label(exhibit, audit, e.measure)}: {shorten(e.note or 'the records do not tell it', 400)}")
    for check in found.checks:
        if check.status != "pass":
            console.print(f"Check: {sentence(shorten(check.note, 400))}")


def _table(panel: Panel) -> Any:
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table

    gaps = {gap.name: gap for gap in tables.gaps(panel)}
    title = panel.label + (f", {panel.where}" if panel.where else "")
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column(
        " and ".join(panel.split).replace("_", " ").capitalize() or "Group",
        overflow="fold",
        min_width=min(24, max(cell_len(row.name) for row in panel.rows)),
    )
    heads = ["Value", "Interval", "Counted", *(["Ratio"] if gaps else [])]
    for head in heads:
        table.add_column(head, justify="right", overflow="fold")
    for row, rate in list(zip(panel.rows, tables.rates(panel), strict=False))[:MOST_ROWS]:
        gap = gaps.get(row.name)
        ratio = "reference" if row.reference else (gap.ratio if gap else "")
        table.add_row(row.name, rate.value, rate.interval, rate.counted, *([ratio] if gaps else []))
    return table
