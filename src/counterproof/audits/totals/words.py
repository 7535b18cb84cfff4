"""What the report says about an audit of published totals."""

from __future__ import annotations

from counterproof.audits.base import MeasureWords, Words

__all__ = ["EVENT_TABLES", "MEASURES", "TOTAL", "WORDS", "records_of"]

TOTAL = "total"
EVENT_TABLES = ("arrests", "detainers", "stints", "encounters", "removals", "risk_classifications")
"""Released tables of which rows are counted."""


def records_of(table: str) -> str:
    """The measure of the rows of a released table."""
    return f"{table.removesuffix('s')}_records"


_ROWS = {
    "arrests": "arrests",
    "detainers": "detainers",
    "stints": "detention stints, several of which make one stay",
    "encounters": "encounters",
    "removals": "removals",
    "risk_classifications": "risk classification assessments",
}

MEASURES = {
    "removals": MeasureWords(
        "Removals", "Removals, returns included, as published for the fiscal year.", "as published", unit="count"
    ),
    "book_ins": MeasureWords(
        "Book-ins", "Initial book-ins into detention as published for the fiscal year.", "as published", unit="count"
    ),
    "detained": MeasureWords(
        "Detained", "People in detention on the day of the release, as published.", "as published", unit="count"
    ),
    "encounters": MeasureWords(
        "Encounters", "Encounters as published; one person may be counted several times.", "as published", unit="count"
    ),
    TOTAL: MeasureWords("Total", "The number that was published for the period.", "as published", unit="count"),
}

WORDS = Words(
    title="Published totals",
    question="What do the published totals say, and do they bear out what is said about them?",
    method=(
        "Each total is taken as it was published, one for each period and series. Totals are compared exactly: a "
        "published total has no sampling error, so it has no interval.",
        "A claim that states a number is held to the digits that it states: 'a 20 % increase' is true from 19.5 % to "
        "20.5 %. A verdict holds for the published totals only.",
        "A total is final when its numbers reach 30 September, whatever the file is called, and year to date before. "
        "The day is that of the footnote which belongs to the table. Of several releases the newest is the one that "
        "claims are held against; years are compared with each other only where both are final.",
        "Monthly counts of a fiscal year begin in October of the calendar year before. Where releases overlap, the "
        "newest is followed, count by count.",
    ),
    limits=(
        "A total says how many events were counted under the publisher's definition, not how many people there were.",
        "Totals that were published before a period ended, or revised later, differ from those here; only the tables "
        "that were read are compared. Removals include returns; a year is locked on 5 October, and what is confirmed "
        "later counts in the next.",
        "Rows of a released table are events: several may be about one person, and a release may leave rows out.",
    ),
    references=(
        "U.S. Immigration and Customs Enforcement, Detention Statistics (workbooks by fiscal year).",
        "U.S. Customs and Border Protection, Southwest Land Border Encounters (by fiscal year and month).",
        "Deportation Data Project, documentation of enforcement tables released under the Freedom of Information Act.",
    ),
    measures=MEASURES
    | {
        records_of(table): MeasureWords(
            f"Rows: {table.replace('_', ' ')}",
            f"Rows of the released table of {said}, by the fiscal year of their date.",
            "count of rows",
            unit="count",
        )
        for table, said in _ROWS.items()
    },
    things=("published total", "published totals"),
    settings={"as_of": "up to {value}", "period_status": "{value}", "release": "release {value}"},
    by_row=("release", "as_of", "period_status"),
)
