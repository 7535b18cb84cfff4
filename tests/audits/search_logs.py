"""Search logs made from known truth, in every layout in which such logs are released.

``draw`` makes searches, ``write`` writes them in a layout with all its oddities, ``truth`` counts them in plain Python.
The classes of the reasons are those under which they were drawn: no word list of the program is used here.
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SUPERSET = (
    "ID", "Name", "Org Name", "Total Networks Searched", "Total Devices Searched", "Time Frame", "License Plate",
    "Reason", "Case #", "Filters", "Search Time", "Search Type", "Text Prompt", "Moderation",
)  # fmt: skip
LAYOUTS: dict[str, tuple[str, ...]] = {
    "superset": SUPERSET,
    "audit": tuple(name for name in SUPERSET if name != "Total Devices Searched"),
    "older": tuple(name for name in SUPERSET if name not in ("ID", "Text Prompt", "Moderation")),
    "federal": (
        "ID", "Name", "Org Name", "Total Networks Searched", "License Plate", "Reason", "Case #", "Filters",
        "Search Time", "Search Type",
    ),
    "network-2025-12": (
        "ID", "Org Name", "Total Networks Searched", "Total Devices Searched", "Time Frame", "Reason", "Search Time",
        "Search Type", "Text Prompt", "Moderation",
    ),
    "pdf": ("ID", "userID", "networkCount", "Search Time", "Reason"),
    "split-date": (
        "ID", "Name", "Org Name", "Total Networks Searched", "License Plate", "Reason", "Search Date", "Search Time",
    ),
    "portal": ("id", "userId", "searchDate", "networkCount", "reason", "caseNumber", "offenseType"),
}  # fmt: skip

REASONS: dict[str, tuple[str, ...]] = {
    "reason_empty": ("", "  "),
    "reason_masked_vendor": ("***",),
    "reason_masked_agency": ("REDACTED", "[Redacted]", "###", "* * *", "████", "7923.600 GC"),
    "reason_partial": ("stolen ***", "case [REDACTED] burglary"),
    "reason_placeholder": ("none", "N/A", "-", "xxx", "test", "0"),
    "reason_vague": ("check", "misc", "lookup", "ok", "x", ".", "pd", "zz", "??"),
    "reason_case_number_only": ("25-001234", "2025/118", "#4471 02"),
    "immigration_reason_floor": (
        "ICE hold", "assist ice", "HSI request", "ero", "cbp lookout", "Border Patrol", "deportation", "removal order",
        "DHS", "uscis fraud", "Immigration (civil) - other", "immigrant smuggling",
    ),
    "offence": ("10851", "459 PC", "pc 211", "664/187", "Robbery - armed", "Drugs/Narcotics"),
    "other": (
        "investigation", "stolen vehicle", "police report follow up", "icy roads crash", "ice cream truck theft", "dv",
        "mp", "hit and run", "office of the sheriff",
    ),
}  # fmt: skip
"""Class -> reasons of it, also false friends of the lexicons."""

WEIGHTS = {name: 12 if name == "other" else 2 for name in REASONS}


@dataclass(frozen=True)
class Search:
    id: str
    user: str
    agency: str
    networks: int
    when: datetime
    plate: str
    kind: str
    reason: str
    case: str

    @property
    def frame(self) -> str:
        return f"{clock(self.when - timedelta(days=30))}\n{clock(self.when)}"


def clock(when: datetime) -> str:
    return when.strftime("%m/%d/%Y, %I:%M:%S %p UTC")


def draw(
    seed: int,
    n: int,
    agencies: Sequence[str] = ("Houston TX PD",),
    first: datetime = datetime(2025, 10, 20, tzinfo=UTC),
    days: int = 30,
    kinds: Iterable[str] = REASONS,
) -> list[Search]:
    """``n`` searches, all at different seconds."""
    rng = random.Random(seed)
    names = list(kinds)
    seconds = rng.sample(range(days * 86_400), n)
    found = []
    for second in seconds:
        kind = rng.choices(names, [WEIGHTS[name] for name in names])[0]
        found.append(
            Search(
                id=f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4{rng.getrandbits(12):03x}-"
                f"a{rng.getrandbits(12):03x}-{rng.getrandbits(48):012x}",
                user=f"J. Doe {rng.randrange(40)}",
                agency=rng.choice(agencies),
                networks=rng.choice((1, 1, 12, 350, 2500, 6809)),
                when=first + timedelta(seconds=second),
                plate="".join(rng.choices("ABCDEFGHJKLMNP0123456789", k=7)),
                kind=kind,
                reason=rng.choice(REASONS[kind]),
                case=rng.choice(("", "25-00912")),
            )
        )
    return found


def cells(search: Search, header: str, *, padded: bool = True) -> str:
    """One cell of a search under a header of any layout."""
    when = clock(search.when)
    if not padded:
        when = f"{search.when.month}/{search.when.day}/{search.when.year}, {search.when:%I:%M:%S %p} UTC".replace(
            ", 0", ", "
        )
    return {
        "ID": search.id, "id": search.id, "Name": search.user, "userID": "***", "userId": "***",
        "Org Name": search.agency, "Total Networks Searched": str(search.networks),
        "networkCount": str(search.networks), "Total Devices Searched": "——" if search.networks == 1 else "81,204",
        "Time Frame": search.frame, "License Plate": search.plate, "Reason": search.reason, "reason": search.reason,
        "Case #": search.case, "caseNumber": search.case, "Filters": "", "Search Time": when,
        "Search Type": "lookup - Mobile" if search.networks > 2000 else "lookup", "Text Prompt": "", "Moderation": "",
        "searchDate": search.when.strftime("%Y-%m-%dT%H:%M:%SZ"), "Search Date": search.when.strftime("%Y-%m-%d"),
        "offenseType": "",
    }[header]  # fmt: skip


def rows_of(searches: Iterable[Search], layout: str, *, padded: bool = True) -> list[list[str]]:
    """The rows of a layout."""
    names = LAYOUTS[layout]
    made = []
    for search in searches:
        row = [cells(search, name, padded=padded) for name in names]
        if layout == "split-date":
            row[names.index("Search Time")] = search.when.strftime("%H:%M:%S")
        made.append(row)
    return made


def write(
    path: Path,
    rows: Sequence[Sequence[str]],
    header: Sequence[str] | None,
    *,
    encoding: str = "utf-8",
    title: str = "",
    end: str = "\r\n",
) -> Path:
    """Rows as CSV, below a header if there is one."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes((title + text.getvalue()).encode(encoding))
    return path


def log(path: Path, searches: Sequence[Search], layout: str = "superset") -> Path:
    """The plain case."""
    return write(path, rows_of(searches, layout), LAYOUTS[layout])


def truth(searches: Iterable[Search], timezone: str | None = None) -> dict[str, Counter[str]]:
    """Searches by class of reason, month, agency, and whether in office hours (Monday to Friday, 8 to 18)."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("kind", "month", "agency", "hours")}
    zone = ZoneInfo(timezone or "UTC")
    for search in searches:
        local = search.when.astimezone(zone)
        found["kind"][search.kind] += 1
        found["month"][local.strftime("%Y-%m")] += 1
        found["agency"][search.agency] += 1
        found["hours"]["office" if local.weekday() < 5 and 8 <= local.hour < 18 else "off"] += 1
    return found


def masked(search: Search, change: Callable[[Search], dict[str, str]]) -> Search:
    """The same search with cells taken out."""
    return replace(search, **change(search))
