"""What the report says about an audit of search logs."""

from __future__ import annotations

from counterproof.audits.base import Words
from counterproof.audits.search_log.measures import MEASURES

__all__ = ["WORDS"]

WORDS = Words(
    title="Search logs",
    question="Who searched the network, how often, and what reason did they give?",
    method=(
        "Each file's layout is recognised by its header, or by its cells where it has none, and brought to the same "
        "columns. A cell has one state, the first that fits: withheld, not exported, empty, masked by the vendor "
        "(***), masked by the agency, masked in part, placeholder, value. These are never added up to 'no reason'.",
        "A search is counted once: rows with the same ID are one search, and without an ID rows that agree in "
        "organisation, second, networks and time frame. Every share is of the unique searches. Where a search stands "
        "in several files, the first that was named is followed.",
        "Reasons are sorted by whole words of a reviewed list, each reason into one class. Months and hours are told "
        "in the time zone that was given, daylight saving included; without one, months are those of UTC.",
        "An agency is named with at least 500 searches, at most the 300 largest, and never with hour and month "
        "together. Offences are named only from a fixed list, where at least three agencies use them.",
    ),
    limits=(
        "A log holds the searches that were released to date: at least so many, never 'no searches'.",
        "How many networks a search reached says how far it went, not what it found. A search may be automatic.",
        "A count of reasons that name immigration is a floor: users may write something else, or nothing.",
        "A network audit and an organisation audit hold the same searches: add neither to the other.",
        "A legal rule is tested on counted columns only. Whether a law was broken is not for counts to say.",
    ),
    references=(
        "California Civil Code §§ 1798.90.5 to 1798.90.55 (automated license plate recognition systems)",
        "625 ILCS 5/2-130 (Illinois); Code of Virginia § 2.2-5517",
    ),
    measures=MEASURES,
    things=("row of search logs", "rows of search logs"),
    everything="All searches",
)
