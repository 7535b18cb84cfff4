"""What the report says about an audit of data sharing."""

from __future__ import annotations

from counterproof.audits.base import MeasureWords, Together, Words
from counterproof.audits.sharing.network import FINDINGS

__all__ = ["WORDS"]

_LABELS = {
    "no_authority": ("No authority", "Neither the flow nor an agreement names an authority for it."),
    "expired": ("Expired", "Every end that is stated lies before the day that was asked for."),
    "no_assessment": ("No assessment", "Neither the flow nor an agreement names an assessment of its risks."),
    "one_sided": ("Declared by one side only", "One side says that it shares; the other does not."),
    "kept_longer": ("Kept longer than the source may", "The receiver keeps it longer than the terms of its source."),
    "onward_barred": ("Passed on although barred", "The sender received it on terms that bar passing it on."),
    "unknown_party": ("A party that is not listed", "A sender or receiver is not among the listed parties."),
}

WORDS = Words(
    title="Data sharing",
    question="Which flows of data have no authority, no end or no assessment, and where can a record end up?",
    method=(
        "All rows about one sender, one receiver and one kind of data are one flow. It is covered by the agreement "
        "that its rows name, or else by those between the two about that kind of data. A flow has no authority, or no "
        "assessment, if neither it nor an agreement that covers it names one.",
        "A record can end up with everybody who can be reached along flows of its kind, each hop a flow. A flow that "
        "names no kind of data is taken to carry every kind. This is where a record can go, not where any record went.",
        "Kept longer: the receiver’s time is longer than the agreement’s, than what the sender states for its own "
        "holding, or, where the sender only received the data, than the terms on which it did.",
    ),
    limits=(
        "Only what is in the table is found: a flow that nobody declared is not here, and an agreement that was not "
        "released counts as none.",
        "An authority or assessment that is named is not judged: it may not cover the flow.",
    ),
    references=(),
    measures={
        "flows": MeasureWords("Flows", "Sender, receiver and kind of data.", unit="count"),
        "any_finding": MeasureWords("At least one finding", "Share of the flows.", unit="rate"),
        **{name: MeasureWords(label, said, unit="rate") for name, (label, said) in _LABELS.items()},
        "findings": MeasureWords("Flows with findings", "How many findings a flow has, and which.", unit="count"),
        "parties": MeasureWords("Parties", "Institutions that send, receive, hold or are listed.", unit="count"),
        "agreements": MeasureWords("Agreements", "Agreements in the table.", unit="count"),
        "reach": MeasureWords("Reach", "Parties that can end up with a record that this party has.", unit="count"),
        "hops": MeasureWords("Hops", "The most hops that such a record can take on the shortest ways.", unit="count"),
        "hops_to": MeasureWords("Hops to each party", "The fewest hops from the origin.", unit="count"),
    },
    things=("row", "rows"),
    together=(
        Together("Findings about the flows", ("any_finding", *FINDINGS)),
        Together("Flows with findings", ("findings",), drawn=False),
        Together("How far a record can travel", ("reach", "hops"), drawn=False),
    ),
)
