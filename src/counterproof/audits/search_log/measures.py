"""What is measured of unique searches: which classes of reasons, whose searches, when."""

from __future__ import annotations

from collections.abc import Mapping

from counterproof.audits.base import MeasureWords

__all__ = ["MEASURES", "REASONS", "SHARES"]

REASONS: Mapping[str, str] = {
    "reason_empty": "empty",
    "reason_masked_vendor": "masked_vendor",
    "reason_masked_agency": "masked_agency",
    "reason_placeholder": "placeholder",
    "reason_vague": "vague",
    "reason_case_number_only": "case_number_only",
    "immigration_reason_floor": "immigration",
    "reason_partial": "partial",
    "reason_not_exported": "not_exported",
    "reason_withheld": "withheld",
}
"""Measure -> class of the reason."""

SHARES = (*REASONS, "out_of_state", "federal", "off_hours")

_OF = "of the unique searches"

MEASURES: Mapping[str, MeasureWords] = {
    "searches": MeasureWords(
        "Unique searches",
        "Searches, each once however many rows it has: rows with the same ID are one search. Rows without an ID that "
        "agree in organisation, second, networks and time frame are counted as one, and may be several.",
        unit="count",
    ),
    "rows": MeasureWords("Rows", "Rows of the logs that belong to these searches, repeats included.", unit="count"),
    "reason_empty": MeasureWords(
        "Reason left empty", f"Share {_OF} whose reason is blank in the log.", "empty / searches", unit="rate"
    ),
    "reason_masked_vendor": MeasureWords(
        "Reason masked by the vendor", f"Share {_OF} whose reason is exactly ***.", "*** / searches", unit="rate"
    ),
    "reason_masked_agency": MeasureWords(
        "Reason masked by the agency",
        f"Share {_OF} whose reason was taken out before release: REDACTED, ###, blocks, a bare exemption.",
        "masked / searches",
        unit="rate",
    ),
    "reason_placeholder": MeasureWords(
        "Placeholder for a reason", f"Share {_OF} whose reason is none, n/a, -, xxx, test or 0.", unit="rate"
    ),
    "reason_vague": MeasureWords(
        "Vague reason",
        f"Share {_OF} whose reason is a word that says no purpose (check, misc, lookup …) or at most two characters.",
        unit="rate",
    ),
    "reason_case_number_only": MeasureWords(
        "Reason is only a number",
        f"Share {_OF} whose reason is digits and signs alone. Numbers of known statutes are offences and not counted.",
        unit="rate",
    ),
    "immigration_reason_floor": MeasureWords(
        "Immigration named in the reason (at least)",
        f"Share {_OF} whose reason holds a word of the immigration lexicon. A floor: a reason that does not say so "
        "says nothing about the purpose.",
        unit="rate",
    ),
    "out_of_state": MeasureWords(
        "Searches from another state",
        f"Share {_OF} by organisations of another state than the log's, by their names.",
        unit="rate",
    ),
    "federal": MeasureWords(
        "Federal searches", f"Share {_OF} by organisations tagged [Federal] or named as a federal agency.", unit="rate"
    ),
    "off_hours": MeasureWords(
        "Searches outside office hours",
        f"Share {_OF} outside office hours in local time, daylight saving included.",
        unit="rate",
    ),
    "networks_median": MeasureWords(
        "Networks searched (median)",
        "Half of the searches reached at most so many networks. It is reach, not what was found.",
        unit="number",
    ),
    "concentration_gini": MeasureWords(
        "Concentration over agencies (Gini)",
        "0 if all agencies searched equally often, near 1 if a few did nearly all; to three digits.",
        "half the relative mean difference",
        unit="number",
    ),
    "top_ten_share": MeasureWords(
        "Share of the ten largest agencies", f"Share {_OF} by the ten agencies with most of them.", unit="rate"
    ),
    "cells": MeasureWords(
        "State of the cells",
        "Share of the rows whose cell in a column is in this state; each cell has one state, the first that fits.",
        unit="rate",
    ),
    "reason_partial": MeasureWords(
        "Reason masked in part", f"Share {_OF} whose reason is masked in part.", unit="rate"
    ),
    "reason_not_exported": MeasureWords(
        "Reason not in the export", f"Share {_OF} of which the log has no column of reasons.", unit="rate"
    ),
    "reason_withheld": MeasureWords(
        "Reason withheld", f"Share {_OF} whose reason was withheld, as the covering letter says.", unit="rate"
    ),
}
