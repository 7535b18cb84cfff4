"""The same line for Python: ``audit`` a table, ``run`` a plan, look at what was found, ``plan_sample`` for more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterproof.errors import InputError, nearest
from counterproof.exhibit import Exhibit
from counterproof.findings import AuditFindings, ClaimFinding
from counterproof.line import execute
from counterproof.plan import Plan, load, parse

if TYPE_CHECKING:
    import pyarrow as pa

    from counterproof.audits.sampling import SamplePlan

__all__ = ["Finding", "audit", "plan_sample", "run"]

TABLES = ("estimates", "contrasts", "checks", "claims")


class Finding:
    """What a run found. It shows itself in a notebook, gives tables, and writes the report with its evidence."""

    def __init__(self, exhibit: Exhibit) -> None:
        self.exhibit = exhibit

    @property
    def audits(self) -> Mapping[str, AuditFindings]:
        """Findings by the audit's name."""
        return self.exhibit.results.audits

    @property
    def claims(self) -> tuple[ClaimFinding, ...]:
        """The verdicts, in the order of the plan."""
        return self.exhibit.results.claims

    def to_json(self) -> dict[str, Any]:
        """The results document, schema ``counterproof/results/1``."""
        return self.exhibit.results.to_json()

    def table(self, name: str = "estimates") -> pa.Table:
        """``estimates``, ``contrasts``, ``checks`` or ``claims`` as an Arrow table, one row each.

        ``group``, ``reference`` and ``at`` become a column each, named ``group.race`` and so on;
        ``.to_pandas()`` or ``polars.from_arrow`` make a frame of it.
        """
        from counterproof.sources.arrow import table_of

        if name not in TABLES:
            raise InputError("there is no such table", where=name, hint=f"there are {', '.join(TABLES)}")
        results = self.to_json()
        if name == "claims":
            return table_of(results["claims"])
        rows = [{"audit": audit} | row for audit, found in results["audits"].items() for row in found[name]]
        return table_of(rows)

    def write(self, out: str | Path) -> Path:
        """Write report.html, results.json, counts.json and the manifest into a folder; return the report's path."""
        from counterproof.evidence import documents, prepare, write

        folder = Path(out)
        prepare(folder)
        write(folder, documents(self.exhibit))
        return folder / "report.html"

    def __repr__(self) -> str:
        from counterproof.report import terminal

        return terminal.render(self.exhibit)

    def _repr_html_(self) -> str:
        from counterproof.report import fragment

        return fragment.notebook(self.exhibit)


def audit(
    kind: str,
    source: Any,
    *,
    settings: Mapping[str, Any] | None = None,
    public: Mapping[str, str] | None = None,
    public_records: str | None = None,
    title: str | None = None,
    **options: Any,
) -> Finding:
    """Run one audit on a path, a list of paths, an Arrow table, a Polars or pandas frame, or an Ibis table.

    kind      kind of audit, such as "score"
    options   the plan keys of that kind: ``score="decile", flag_at=5, outcome="rearrested", groups=["race"]``
    settings  ``level``, ``min_cell``, ``adjust``, ``seed``
    Raises InputError for anything that is wrong with the options or the table.
    """
    from counterproof.sources import open_object
    from counterproof.sources.reading.opening import paths_of

    paths = paths_of(source)
    spec: dict[str, Any] = {"path": paths[0] if len(paths) == 1 else list(paths)} if paths else {"inline": []}
    values: dict[str, Any] = {
        "title": title or f"Audit of kind {kind}",
        "sources": {"source": spec},
        "audits": {"audit": {"kind": kind, "source": "source"} | options},
        "settings": dict(settings or {}),
        "public": dict(public or {}),
    }
    if public_records is not None:
        values["public_records"] = public_records
    plan = parse(values, where="audit")
    return Finding(execute(plan, Path.cwd(), opener=partial(open_object, obj=source)))


def run(plan: str | Path | Mapping[str, Any] | Plan, *, base: str | Path | None = None) -> Finding:
    """Run a plan: a file, a mapping of its keys, or a validated ``Plan``; ``base`` is what its paths start from."""
    if isinstance(plan, str | Path):
        return Finding(execute(load(Path(plan)), Path(base) if base else Path(plan).parent))
    folder = Path(base) if base else Path.cwd()
    return Finding(execute(plan if isinstance(plan, Plan) else parse(plan), folder))


def plan_sample(
    kind: str, *, strata: str | Path | Iterable[Mapping[str, Any]] | None = None, **question: Any
) -> SamplePlan:
    """How many records of a kind would settle a claim (``claim=">= 0.8", rate=0.85``) or make an interval narrow.

    kind      kind of audit, such as "score"
    strata    a file, or mappings, with stratum, cases and, where known, group, rate, or reviewed and events
    question  the fields of ``audits.sampling.Question``: claim, width, rate, reference_rate, ratio, difference, as_,
              power, level, among, groups
    Raises InputError for what does not go together.
    """
    from counterproof.audits import registry
    from counterproof.audits.sampling import Question
    from counterproof.audits.sampling_strata import of_rows, read

    known = {entry.name for entry in fields(Question)} - {"strata"}
    for name in question:
        if name not in known:
            hint = nearest(name, known) or f"there are {', '.join(sorted(known))}"
            raise InputError("a sample is not planned by this", where=name, hint=hint)
    rows = () if strata is None else read(Path(strata)) if isinstance(strata, str | Path) else of_rows(strata)
    return registry.find(kind).plan_sample(Question(**question, strata=rows))
