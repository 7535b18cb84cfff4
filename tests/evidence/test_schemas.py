from importlib.resources import files

import jsonschema
import pytest

from counterproof import schemas
from counterproof.findings import AuditFindings, Check, ClaimFinding, Contrast, Estimate, Reading, Results
from counterproof.schemas.__main__ import SCHEMAS, text


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_shipped_schema_is_the_generated_one(name: str) -> None:
    shipped = (files("counterproof.schemas") / f"{name}.schema.json").read_text("utf-8")
    assert shipped == text(name), "run: python -m counterproof.schemas"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_a_sound_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas.load(name))  # type: ignore[arg-type]


EVERY_STATUS = Results(
    {
        "a": AuditFindings(
            "score",
            7214,
            "process",
            estimates=(
                Estimate("rate", {"race": None}, {"threshold": 5}, "estimated", 0.5, 0.4, 0.6, 0.95, "wilson", 1, 2),
                Estimate("rate", {}, {}, "bounded", None, 0.1, 0.9, 0.95, identified_low=0.2, identified_high=0.8),
                Estimate("rate", {}, {"coding": "a"}, "not_identified"),
                Estimate("rate", {}, {"coding": "b"}, "undefined", note="no records"),
                Estimate("rate", {"race": "x"}, {}, "suppressed"),
                Estimate("n", {}, {}, "reported", 3.0, unbounded="high", assumption="x", primary=False),
            ),
            contrasts=(
                Contrast("rate", {"r": "a"}, {"r": "b"}, {}, "ratio", "estimated", 1.0, 0.5, None, 0.95, "m-n", False),
                Contrast("rate", {"r": "c"}, {"r": "b"}, {}, "difference", "suppressed"),
            ),
            checks=(Check("missing", "warn", None, 7214, "withheld"),),
        )
    },
    (
        ClaimFinding("c", "undetermined", "supported", "why", settle=12, readings=(Reading("r", "supported", "why"),)),
        ClaimFinding("d", "untestable", "untestable", "why", needs=("a column",), consequences=({"name": "x"},)),
    ),
)


def test_every_status_fits_the_results_schema() -> None:
    assert list(schemas.violations(EVERY_STATUS.to_json(), "results")) == []


@pytest.mark.parametrize(
    ("at", "value", "rule"),
    [
        (("audits", "a", "estimates", 4, "value"), 0.5, "then"),
        (("audits", "a", "estimates", 0, "rank"), 1, "additionalProperties"),
        (("audits", "a", "estimates", 0, "status"), "estimate", "enum"),
        (("audits", "a", "estimates", 0, "group"), {"race": 1}, "type"),
        (("claims", 0, "verdict"), "likely", "enum"),
        (("schema",), "counterproof/results/2", "const"),
        (("audits", "a", "records"), -1, "minimum"),
        (("people",), [], "additionalProperties"),
    ],
)
def test_what_does_not_fit_is_named(at: tuple[str | int, ...], value: object, rule: str) -> None:
    document = EVERY_STATUS.to_json()
    place = document
    for part in at[:-1]:
        place = place[part]  # type: ignore[index]
    place[at[-1]] = value  # type: ignore[index]
    found = list(schemas.violations(document, "results"))
    assert found
    assert all("0.5" not in what for _, what in found)
    if rule != "then":
        assert rule in found[0][1]
