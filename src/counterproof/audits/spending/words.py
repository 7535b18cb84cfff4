"""What the report says about an audit of contracts."""

from __future__ import annotations

from counterproof.audits.base import MeasureWords, Together, Words
from counterproof.reductions.awards import AMOUNTS

__all__ = ["WORDS"]

_MISSING = "The share of awards that do not state it. They are in no sum: missing is not zero."

WORDS = Words(
    title="Contracts and awards",
    question="How much money was promised, paid and possible, to whom, and how was it competed?",
    method=(
        "Four numbers are easily taken for one another. Obligated is what the government has legally promised so far. "
        "Outlayed is what it has paid. The current value counts the options that were exercised. The potential value "
        "is the ceiling, with every option: what could be spent, not what is. “A 30 million contract” is usually a "
        "ceiling.",
        "Every award is counted once. A table of transactions repeats the totals of an award on each of its rows: "
        "obligations are added up over transactions, and states of the award are taken from its latest transaction. "
        "Rows that repeat a transaction are counted once.",
        "A vehicle is a contract under which orders are placed. Its ceiling and those of its orders count the same "
        "money twice, so ceilings of vehicles are not in the sums of current and potential value; they stand apart.",
        "By fiscal year, obligations count in the year of the transaction (in a download of awards: of the award's "
        "first action); values and ceilings in the year of the award's first action here.",
        "Recipients are told apart by their unique entity identifier and shown under the name that they use most. "
        "Numbers are exact for these records: they have no interval.",
    ),
    limits=(
        "Only awards made directly to a recipient are here. What a vendor sells through a reseller stands under the "
        "reseller's name.",
        "A download holds what its filters asked for: an award that is missing here may exist.",
        "A business of one person is not named where the download says that it is one (`sole_proprietorship`). "
        "Where it does not say so, a recipient may be a person: look before you publish.",
    ),
    references=(
        "Data dictionary of USAspending.gov: federal action obligation, current and potential total value of award.",
        "48 CFR 6, competition requirements; 48 CFR 4.606, reporting data.",
    ),
    measures={
        "obligated": MeasureWords("Obligated", "What the government has promised to pay so far.", unit="dollars"),
        "outlayed": MeasureWords("Outlayed", "What has been paid.", unit="dollars"),
        "current_value": MeasureWords(
            "Current value", "The value with the options that were exercised.", unit="dollars"
        ),
        "potential_value": MeasureWords(
            "Potential value (ceiling)", "The value with every option: what could be spent.", unit="dollars"
        ),
        "awards": MeasureWords("Awards", "Contracts and orders, each once.", unit="count"),
        "vehicles": MeasureWords("Vehicles", "Contracts under which orders are placed.", unit="count"),
        "vehicle_ceiling": MeasureWords("Ceilings of vehicles", "In no other sum.", unit="dollars"),
        "obligated.missing": MeasureWords("Obligated not stated", _MISSING, unit="rate"),
        "outlayed.missing": MeasureWords("Outlayed not stated", _MISSING, unit="rate"),
        "current_value.missing": MeasureWords("Current value not stated", _MISSING, unit="rate"),
        "potential_value.missing": MeasureWords("Potential value not stated", _MISSING, unit="rate"),
    },
    things=("row", "rows"),
    together=(
        Together("Promised, paid and possible", ("obligated", "outlayed", "current_value", "potential_value")),
        Together("Awards that do not state an amount", tuple(f"{name}.missing" for name in AMOUNTS), drawn=False),
    ),
)
