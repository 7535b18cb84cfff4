"""What an audit of search logs counts, and the layouts and words by which logs are read.

Everything here is data: the audit reads it from files that are shipped or are the user's, and hands it to the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Apart, Prepare

__all__ = [
    "CLASSES",
    "COLUMNS",
    "IMMIGRATION",
    "NAMED_FROM",
    "NAMED_MOST",
    "STATES",
    "Beside",
    "LogChecks",
    "LogFiles",
    "LogLayout",
    "LogLayouts",
    "LogLexicon",
    "LogStates",
    "Published",
    "SearchLog",
    "SearchesBy",
    "Term",
]

COLUMNS = (
    "id", "user", "agency", "networks", "devices", "time_frame", "plate", "reason", "case_number", "filters",
    "time", "search_type", "prompt", "moderation", "offence",
)  # fmt: skip
"""The columns of a log under our names. A date in a column of its own belongs to ``time``."""

STATES = (
    "withheld", "not_exported", "empty", "masked_vendor", "masked_agency", "partial", "placeholder", "value",
)  # fmt: skip
"""State of a cell: the first that fits."""

CLASSES = (*STATES[:-1], "case_number_only", "vague", "offence", "other")
"""What a search's reason is: the state of its cell, or for a value which kind of value."""

IMMIGRATION = "immigration"
"""Class of reasons that a word of the immigration lexicon marks: "immigration 1" is the first of its terms."""

NAMED_FROM = 500
"""An agency is named only with so many searches."""
NAMED_MOST = 300
"""At most so many agencies are named, the largest; disclosure proves what it shows of all of them together."""


@dataclass(frozen=True, slots=True)
class LogLayout:
    """One layout: its columns in their order, and which of them it may lack."""

    name: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A table that is released beside logs, and is none: our column -> its headers. The first column is required."""

    name: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogLayouts:
    """Every layout that is known. ``headers``: our column -> the headers under which it is released."""

    headers: tuple[tuple[str, tuple[str, ...]], ...]
    layouts: tuple[LogLayout, ...]
    beside: tuple[Beside, ...]
    seconds: tuple[str, ...]
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a lexicon: whole words, beginnings of words, or text as it is written."""

    name: str
    words: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogLexicon:
    """The words by which cells and reasons are sorted; see ``audits/search_log/data/lexicon.toml``."""

    masked: tuple[str, ...]
    signs: tuple[str, ...]
    exemptions: tuple[str, ...]
    partial: tuple[str, ...]
    placeholder: tuple[str, ...]
    vague: tuple[str, ...]
    vague_at_most: int
    not_vague: tuple[str, ...]
    case_number: str
    offences: tuple[str, ...]
    statutes: tuple[tuple[str, str], ...]
    laws: tuple[str, ...]
    immigration: tuple[Term, ...]
    false_friends: tuple[str, ...]
    barred: tuple[Term, ...]
    personal: tuple[str, ...]
    federal: tuple[str, ...]
    states: tuple[tuple[str, str], ...]
    after_state: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchLog(Prepare):
    """Search logs in any layout, several at once, brought to one table.

    layout     name of the layout that all files have; None recognises each by its header or its cells
    agency     whose searches the rows without an organisation are
    home       two letters of the state in which the log was released; None where it is not known
    timezone   IANA name in which months and hours are told; None keeps UTC and tells no hours
    hours      first and last hour of office hours, Monday to Friday: (8, 18) is 08:00 to 17:59
    withheld   columns that a covering letter says were withheld
    """

    layouts: LogLayouts
    lexicon: LogLexicon
    layout: str | None = None
    agency: str | None = None
    home: str | None = None
    timezone: str | None = None
    hours: tuple[int, int] = (8, 18)
    withheld: tuple[str, ...] = ()

    opens = True


@dataclass(frozen=True, slots=True)
class SearchesBy(Apart):
    """Unique searches, split by ``agency``, ``month`` or ``offence``. The cells have these dimensions:

    <split>   the label; ``None`` where there is none, or where it may not be named
    reason    a member of ``CLASSES``, or "immigration <place of the term>", or "barred <lexicon>,<lexicon>"
    reach     "home", "away" (another state), "federal", "somewhere" (a state that cannot be told), or ``None`` where
              there is no organisation
    hours     "office", "off", or ``None`` where it cannot be told
    networks  "known", or ``None``

    ``n`` counts unique searches. Sums: ``rows`` of the log; twice the ``median`` of the networks searched, the same in
    every cell of a label (that of all searches is in ``everybody``).
    """

    log: SearchLog
    split: str


@dataclass(frozen=True, slots=True)
class LogStates(Apart):
    """Rows by the states of their cells: a dimension for each of ``COLUMNS``."""

    log: SearchLog


@dataclass(frozen=True, slots=True)
class LogFiles(Apart):
    """Rows by ``file`` and ``layout``, and whether the columns are ``shifted``. Sums: ``headers`` repeated as rows."""

    log: SearchLog


@dataclass(frozen=True, slots=True)
class LogChecks(Apart):
    """Unique searches by what else was seen of them, each "1" or "0":

    overlap    stands in more than one file
    differs    stands in more than one file, with different reasons
    ambiguous  rows without an id that agree in organisation, second, networks and time frame
    clash      rows of one id that were made at different times
    unkeyed    has neither an id nor a time to the second
    personal   the reason holds personal data
    immigration  the reason is in the immigration lexicon
    policy     its agency's portal says that use for immigration is prohibited

    Sums: ``rows``.
    """

    log: SearchLog


@dataclass(frozen=True, slots=True)
class Published(Apart):
    """What was released beside the logs: no dimensions; all numbers are sums, and none is about persons.

    Sums: ``agencies`` and ``gini`` (in thousandths, of searches over agencies); ``snapshots``, ``portals``,
    ``reconciled`` (publish both numbers) and ``unequal``; ``barring`` portals; ``sharing``, ``one_sided``.
    """

    log: SearchLog
