"""Workbooks and tables of published totals, made in the layouts in which they are released."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl

NUMBERS = (
    "Level A", "Level B", "Level C", "Level D", "Male Crim", "Male Non-Crim", "Female Crim", "Female Non-Crim",
    "ICE Threat Level 1", "ICE Threat Level 2", "ICE Threat Level 3", "No ICE Threat Level",
)  # fmt: skip
MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")

Site = tuple[str, str, Sequence[float]]


def even(population: float) -> list[float]:
    """A population split evenly in each of the three ways, so that all sums agree."""
    return [population / 4] * 12


def detention(
    path: Path,
    *,
    year: int = 2024,
    title: str | None = None,
    through: str = "05/18/2024",
    removals: float = 164350,
    book_ins: Sequence[int] = (10,) * 12,
    book_ins_total: int | None = None,
    dated: str = "05/13/2024",
    sites: Sequence[Site] = (("A JAIL", "AUSTIN", even(225)), ("B JAIL", "DALLAS", even(75))),
    names: Sequence[str] = ("Detention FY24", "Facilities FY24", "Footnotes"),
    header_down: int = 0,
    merged: bool = False,
    far: int | None = None,
    extra: str | None = None,
) -> Path:
    """A detention workbook. ``header_down`` moves the row of names; ``far`` puts a cell into a far column."""
    title = title or f"FY{year}"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = names[0]
    sheet.append([f"ICE DETENTION DATA, {title}"])
    sheet.append([None] * 13 + [f"ICE Removals: {title}"])
    sheet.append([None] * 13 + ["Removals", None, "Total"])
    sheet.append([None] * 13 + ["Total", None, removals])
    sheet.append([None] * 8 + [f"ICE Initial Book-Ins by Arresting Agency and Month: {title}"])
    sheet.append([None] * 8 + ["Agency", *MONTHS, "Total"])
    sheet.append([None] * 8 + ["Total", *book_ins, sum(book_ins) if book_ins_total is None else book_ins_total])
    if merged:
        sheet.merge_cells("N2:P2")
    if far is not None:
        sheet.cell(row=1, column=far).value = " "
    table = book.create_sheet(names[1])
    for _ in range(header_down):
        table.append(["a note that was not there before"])
    table.append([f"ICE FACILITIES DATA, FY{year % 100}"])
    table.append([f"Data Source: ICE Integrated Decision Support (IIDS), {dated}"])
    table.append([None] * 5 + [f"FY{year % 100} ADP: Detainee Classification Level"])
    if merged:
        table.merge_cells(start_row=header_down + 3, end_row=header_down + 3, start_column=6, end_column=9)
    table.append(["Name", "Address", "City", "State", "Zip", *NUMBERS, *([extra] if extra else [])])
    for name, city, numbers in sites:
        table.append([name, "1 ROAD", city, "TX", 78701, *numbers, *(["?"] if extra else [])])
    notes = book.create_sheet(names[2])
    notes.append(["Term", "Definition"])
    notes.append([f"FY{year} ICE Removals", f"FY{year} YTD ICE Removals data are updated through {through} (IIDS)."])
    notes.append([None, f"FY{year} YTD ICE Book-ins data is updated through {through} (IIDS)."])
    notes.append(["Semiannual", f"FY{year} YTD ICE Removals data are updated through 4/22/{year} (IIDS)."])
    book.save(path)
    return path


ENCOUNTERS = ("Fiscal Year", "Month Grouping", "Month (abbv)", "Component", "Demographic", "Citizenship Grouping",
              "Title of Authority", "Encounter Type", "Encounter Count")  # fmt: skip


def encounters(path: Path, rows: Sequence[tuple[str, str, str, str]], encoding: str = "utf-8") -> Path:
    """A table of encounters: (fiscal year, month, citizenship, count)."""
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.writer(stream)
        writer.writerow(ENCOUNTERS)
        for year, month, citizenship, count in rows:
            writer.writerow([year, "FYTD", month, "U.S. Border Patrol", "UAC", citizenship, "Title 8", "A", count])
    return path
