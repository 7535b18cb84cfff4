"""What the report says about an audit of an inventory."""

from __future__ import annotations

from counterproof.audits.base import MeasureWords, Together, Words
from counterproof.reductions.inventory import ANSWERS

__all__ = ["WORDS"]

_LABELS = {
    "testing": ("Testing before deployment", "tested before deployment"),
    "impact_assessment": ("Impact assessment", "an impact assessment was completed"),
    "independent_review": ("Independent review", "reviewed by somebody independent"),
    "monitoring": ("Ongoing monitoring", "monitoring is established"),
    "training": ("Training of operators", "training of operators is established"),
    "fail_safe": ("Fail-safe", "there is a fail-safe"),
    "appeal": ("Appeal", "people affected can appeal"),
    "consultation": ("Consultation", "users and the public were consulted"),
    "privacy_assessment": ("Privacy assessment", "a privacy assessment is linked, or was made"),
}
_STATES = {
    "in_progress": "in progress",
    "not_applicable": "said to be not applicable or not available",
    "precluded": "said to be precluded by law",
    "waived": "waived",
    "no": "answered no",
    "missing": "not answered",
    "other": "answered in other words",
}
_OF = "Share of deployed high-impact use cases"


def _measures() -> dict[str, MeasureWords]:
    found = {
        "use_cases": MeasureWords("Use cases", "Entries of the inventory.", unit="count"),
        "deployed_high_impact": MeasureWords(
            "Deployed and high-impact", "Entries that say they are in use and high-impact.", unit="count"
        ),
    }
    for name in ANSWERS:
        label, said = _LABELS[name]
        found[name] = MeasureWords(f"{label} in place", f"{_OF} for which the entry says: {said}.", unit="rate")
        for state, words in _STATES.items():
            found[f"{name}.{state}"] = MeasureWords(f"{label}: {words}", f"{_OF}.", unit="rate")
    found["unanswered"] = MeasureWords(
        "Answers missing", "Share of the required answers about deployed high-impact use cases that are blank.",
        unit="rate",
    )  # fmt: skip
    found["contradictions"] = MeasureWords(
        "Contradictions", "Answers that differ between the entries of one product.", unit="count"
    )
    for name in ("stage", "impact", "withheld"):
        for state in ("before", "pilot", "deployed", "retired", "high", "presumed_not", "not_high", "yes", "no",
                      "missing", "other"):  # fmt: skip
            found[f"{name}.{state}"] = MeasureWords(
                f"{name.capitalize()}: {state.replace('_', ' ')}", "Share of the entries.", unit="rate"
            )
    return found


WORDS = Words(
    title="Inventory of AI use cases",
    question="Which systems does an agency say it uses, which safeguards are in place, and what is missing?",
    method=(
        "Every entry is read in the words of its year's form. Most questions about safeguards must be answered only "
        "for a use case that is deployed and high-impact; a blank elsewhere is no gap. So the shares are of deployed "
        "high-impact use cases only. Under the form of 2024, rights-impacting and safety-impacting count as "
        "high-impact, and operation and maintenance as deployed; the questions are not word for word the same.",
        "In place means that the entry says so. In progress, planned, not applicable, precluded by law, waived and no "
        "answer are counted each by itself and never as in place.",
        "Entries of one agency with the same name are taken for one product, unless more than six share it. A "
        "contradiction is an answer that differs between them; a blank contradicts nothing.",
    ),
    limits=(
        "An inventory holds what an agency reports about itself. What it leaves out cannot be seen here.",
        "A link to a privacy assessment shows that one exists, not that it covers this use.",
        "A product under two names is not recognised as one.",
    ),
    references=(
        "Office of Management and Budget, Memorandum M-25-21 (2025) and guidance for the 2025 inventory.",
        "Office of Management and Budget, Memorandum M-24-10 (2024) and guidance for the 2024 inventory.",
        "Executive Order 13960 (2020), section 5.",
    ),
    measures=_measures(),
    things=("use case", "use cases"),
    together=(
        Together("Safeguards in place", ANSWERS),
        Together("Products whose entries contradict each other", ("contradictions",), drawn=False),
        Together(
            "How far each safeguard is",
            tuple(f"{name}{state}" for name in ANSWERS for state in ("", *(f".{one}" for one in _STATES))),
            drawn=False,
        ),
        Together(
            "Entries by stage, impact and whether they are withheld",
            tuple(name for name in _measures() if name.split(".")[0] in ("stage", "impact", "withheld")),
            drawn=False,
        ),
    ),
)
