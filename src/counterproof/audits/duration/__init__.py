"""Audit of a claim about processing time, from cases with dates or times, or from monthly counts alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterproof.audits.base import Audit, Reductions, Settings
from counterproof.audits.duration.cohorts import flow_rows, month_rows
from counterproof.audits.duration.infer import infer
from counterproof.audits.duration.little import infer_flows
from counterproof.audits.duration.options import DurationOptions
from counterproof.audits.duration.tabulate import sums
from counterproof.audits.duration.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Apart, Category, Coded, CountBy, Role
from counterproof.reductions.durations import Dates, Elapsed, Flows, Months, Times

__all__ = ["DURATION", "DurationAudit", "DurationOptions"]


class DurationAudit(Audit[DurationOptions]):
    """How long cases take, the open ones included."""

    kind = "duration"
    options = DurationOptions
    counts_people = True
    population: Population = "process"
    words = WORDS

    def grouped_by(self, options: DurationOptions) -> Sequence[str]:
        """The columns to compare by, and the period."""
        return options.splits

    def roles(self, options: DurationOptions) -> Sequence[Role]:
        """Groups, then whatever the input has: time and event, dates, or monthly counts."""
        found = [Role("groups", column, "category") for column in options.groups]
        kinds = {
            "time": "value",
            "entry": "date" if options.opened is not None else "value",
            "opened": "date",
            "closed": "date",
            "outcome": "category",
            "reopened": "coded",
            "reversed": "coded",
            "received": "count",
            "closed_count": "count",
            "open": "count",
            "count": "count",
        }
        for key, kind in kinds.items():
            if (column := getattr(options, key)) is not None:
                found.append(Role(key, column, kind))  # type: ignore[arg-type]
        if options.event is not None:
            found.append(Role("event", options.event, "coded", options.event_value))
        if options.month is not None:
            found.append(Role("period", options.month, "key"))
        return found

    def reductions(self, options: DurationOptions) -> Reductions:
        """Cases by how long they took; by month of opening where there is a before and after; or monthly counts."""
        labels = (*options.groups, *([options.outcome] if options.outcome is not None else []))
        joint = CountBy(tuple(Category(column) for column in labels), options.count)
        if options.month is not None:
            flows = Flows(
                options.month, options.received or "", options.closed_count or "", options.open or "", options.groups
            )
            return Reductions(joint, apart={"flows": flows})
        span: Times | Dates
        if options.time is not None:
            span = Times(options.time, Coded(options.event or "", options.event_value), options.entry)
        else:
            assert options.as_of is not None  # noqa: S101 - the options saw to it
            span = Dates(
                options.opened or "", options.closed or "", options.as_of, options.entry, options.before_after,
                options.date_order,
            )  # fmt: skip
        flags = tuple(Coded(name) for name in (options.reopened, options.reversed) if name is not None)
        apart: dict[str, Apart] = {
            "times": Elapsed(span, options.groups, options.outcome, flags, options.step, options.count)
        }
        if isinstance(span, Dates) and span.split is not None and options.horizon is not None and span.entry is None:
            apart["months"] = Months(span, options.horizon, options.groups, options.count)
        return Reductions(joint, apart=apart)

    def sums(self, options: DurationOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Nothing: everything is counted apart, where times are."""
        return ()

    def apart(self, options: DurationOptions, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate`` and ``cohorts``."""
        if name == "times":
            return sums(options, cells, floor)
        return list(month_rows(options, cells) if name == "months" else flow_rows(options, cells))

    def infer(
        self, options: DurationOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``, and ``little`` for monthly counts."""
        if options.month is not None:
            return infer_flows(options, shown["flows"], records, settings)
        return infer(options, shown, records, settings)


DURATION = DurationAudit()
