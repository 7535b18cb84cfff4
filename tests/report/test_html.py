"""The HTML report: what a reader finds in it, and what must not be there."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from counterproof.findings import Estimate, Results
from counterproof.report import html
from counterproof.report.view import page
from report import samples

SAMPLES = {"compas": samples.compas, "ledger": samples.ledger, "undetermined": samples.undetermined}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: html.render(make()) for name, make in SAMPLES.items()}


class Outline(HTMLParser):
    """Headings, ids, landmarks, tables and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.used: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.unscoped = 0
        self.feed(text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in given:
            self.ids.append(given["id"] or "")
        self.used += (given.get("aria-labelledby") or "").split()
        self.used += [given["href"][1:]] if (given.get("href") or "").startswith("#") else []
        self.unscoped += tag == "th" and "scope" not in given

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("name", SAMPLES)
def test_headings_ids_landmarks_and_tables_are_in_order(pages: dict[str, str], name: str) -> None:
    outline = Outline(pages[name])
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(set(outline.ids)) == len(outline.ids)
    assert set(outline.used) <= set(outline.ids)
    assert [outline.tags.count(tag) for tag in ("main", "header", "nav", "footer")] == [1, 1, 1, 1]
    assert outline.tags.count("table") == outline.tags.count("caption")
    assert outline.unscoped == 0


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_comes_from_elsewhere_and_nothing_runs(pages: dict[str, str], name: str) -> None:
    text = pages[name]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text.replace("&#39;", "'")
    assert "<script" not in text
    assert not re.search(r"(src|srcset|xlink:href)=|url\(|@import|@font-face", text)
    assert '<html lang="en">' in text


def test_the_same_findings_give_the_same_bytes(pages: dict[str, str]) -> None:
    assert html.render(samples.undetermined()) == pages["undetermined"]


def test_the_first_lines_say_what_the_records_are(pages: dict[str, str]) -> None:
    head = Outline(pages["compas"]).text.split("What the records say")[0]
    assert "7,214 records , from 1 January 2013 to 31 December 2014, released 23 May 2016." in head
    assert "draws from a process that goes on" in head
    assert "facility_name" in head
    assert "Counts below 10 are withheld" in head
    assert "2 published totals" in Outline(pages["ledger"]).text
    assert "They are read as all there is, not as a sample." in Outline(pages["ledger"]).text


def test_every_verdict_has_its_number_its_interval_and_its_n(pages: dict[str, str]) -> None:
    text = Outline(pages["compas"]).text.replace("\u00a0", " ")
    assert "The records contradict this claim." in text
    assert (
        "1.91 times as high for African-American as for Caucasian: 44.8 % (805 of 1,795) against 23.5 % (349 of 1,488)."
        in text
    )
    assert "What fits the records: 1.68 to 2.17 times (98.3 % interval). The claim holds if it is 0.8 to 1.25" in text
    assert "61.4 %, or 61 in 100 (2,035 of 3,317)" in text
    assert "That says nothing about whether it is true." in text
    assert text.count("paraphrase") == 3
    assert "“More than half of the people" in text  # verbatim: quoted
    assert text.index("No answer by 1 February 2026.") < text.index("A flag is equally often right")


def test_the_report_never_speaks_of_guilt_or_of_lying(pages: dict[str, str]) -> None:
    for text in pages.values():
        said = Outline(text).text.lower()
        assert not re.search(r"innocent|guilty|misled|lied|lying|significant|mislead", said)


def test_a_verdict_that_sharing_the_level_changed_says_so(pages: dict[str, str]) -> None:
    assert "Judged by itself, this claim would be supported." in Outline(pages["undetermined"]).text


def test_groups_stand_in_text_order_with_the_reference_marked() -> None:
    figure = page(samples.compas()).audits[0].figures[0]
    names = ["Everyone", "Caucasian", "African-American", "Asian", "Hispanic", "Native American", "Other"]
    assert [row.name for row in figure.rates] == names
    assert [row.name for row in figure.rates if row.reference] == ["Caucasian"]
    assert [row.value for row in figure.rates if row.name in ("Asian", "Native American")] == ["withheld", "withheld"]
    assert [gap.name for gap in figure.gaps] == ["African-American", "Hispanic", "Other"]
    assert figure.no_gaps == "Asian; Native American"


def test_what_is_withheld_shows_no_number_anywhere(pages: dict[str, str]) -> None:
    text = pages["compas"]
    asian = re.findall(r"<bdi>Asian</bdi></th>(.*?)</tr>", text)
    assert asian
    assert all("%" not in row and "of" not in re.sub(r"colspan|<[^>]*>", "", row) for row in asian if "withheld" in row)


def test_missing_labels_bounds_and_undefined_rates_are_named(pages: dict[str, str]) -> None:
    text = Outline(pages["undetermined"]).text.replace("\u00a0", " ")
    assert "28.1 to 59.0 %" in text
    assert "The outcome is unknown for 130 cases that were not flagged." in text
    assert "Not identified: Positive predictive value For everyone." in text
    assert "undefined" in text
    base = samples.undetermined()
    found = base.results.audits["pilot"]
    nameless = samples.rate("false_positive_rate", {"precinct": None}, {"threshold": 5}, 20, 90)
    found = replace(found, estimates=(*found.estimates, nameless))
    shown = html.render(replace(base, results=Results({"pilot": found}, base.results.claims)))
    assert "no precinct recorded" in shown


def test_each_audit_ends_with_what_would_change_it(pages: dict[str, str]) -> None:
    text = pages["compas"]
    audit = text[text.index('id="audit-1"') : text.index('id="glossary"')]
    assert audit.rindex("<h3") < audit.index("What would change this") + 60
    settles = "would take about 41,000 such cases to settle it, in place of the 3,028 on which this comparison rests"
    assert settles in audit


def test_what_so_many_cases_would_have_shown_stands_under_the_gaps() -> None:
    base = samples.compas()
    found = base.results.audits["compas"]
    more = tuple(
        replace(c, minimum_detectable=0.0691) if c.group == {"race": "Hispanic"} else c for c in found.contrasts
    )
    text = Outline(html.render(replace(base, results=Results({"compas": replace(found, contrasts=more)})))).text
    told = "an excess over Caucasian would have shown, with a chance of 80 in 100, from so much on: Hispanic 6.9"
    assert f"{told} percentage points." in text
    assert told not in Outline(html.render(base)).text


def test_how_far_all_groups_lie_apart_stands_with_their_measure_and_not_among_the_others() -> None:
    base = samples.compas()
    found = base.results.audits["compas"]
    at = {"threshold": 5, "over": "race"}
    spread = Estimate(
        "false_positive_rate.max_over_min",
        {},
        at,
        "estimated",
        5.157,
        1.93,
        None,
        0.95,
        unbounded="high",
        note="Over 6.",
    )
    told = page(replace(base, results=Results({"compas": replace(found, estimates=(*found.estimates, spread))})))
    assert told.audits[0].figures[0].spread.endswith("5.16 (at least 1.93). Over 6.")
    assert [figure.spread for figure in told.audits[0].figures[1:]] == ["", "", ""]
    assert not [label for label, _ in told.audits[0].singles if "max" in label]


def test_a_number_on_an_assumption_stands_under_its_bounds_and_says_what_is_assumed() -> None:
    base = samples.undetermined()
    found = base.results.audits["pilot"]
    given = samples.rate(
        "false_negative_rate", {}, {"threshold": 5}, 40, 100, assumption="ignorable_verification", primary=False
    )
    exhibit = replace(base, results=Results({"pilot": replace(found, estimates=(*found.estimates, given))}))
    text = Outline(html.render(exhibit)).text.replace("\u00a0", " ")
    assert "Everyone, if verification is ignorable 40.0 %" in text
    assert "The records cannot check this." in text


def test_published_totals_are_not_called_records_and_not_added_up(pages: dict[str, str]) -> None:
    assert "414,064" not in pages["ledger"]


def test_an_unknown_kind_of_audit_is_shown_from_its_numbers_alone() -> None:
    base = samples.undetermined()
    estimates = (
        Estimate("share_seen", {"model": "b"}, {"gallery": 1000}, "estimated", 0.2, 0.1, 0.3, 0.95, "wilson", 20, 100),
        Estimate("share_seen", {"model": "a"}, {"gallery": 1000}, "estimated", 0.4, 0.3, 0.5, 0.95, "wilson", 40, 100),
        Estimate("loss", {}, {}, "estimated", -1.25, -2.0, None, 0.95, unbounded="high"),
    )
    found = replace(base.results.audits["pilot"], kind="new", estimates=estimates, contrasts=())
    exhibit = replace(base, results=Results({"new": found}), audits={})
    text = Outline(html.render(exhibit)).text.replace("\u00a0", " ")
    assert "Share seen by model" in text
    assert text.index("a 40.0 %") < text.index("b 20.0 %")
    assert "at least −2" in text


def test_two_thousand_five_hundred_sweep_estimates_stay_under_a_megabyte() -> None:
    exhibit = samples.large()
    assert sum(not e.primary for e in exhibit.results.audits["districts"].estimates) > 2500
    assert len(html.render(exhibit).encode()) < 1_000_000


def test_fragments(pages: dict[str, str], snapshot) -> None:
    text = pages["compas"]
    claims = re.findall(r"<article.*?</article>", text, re.S)
    assert claims[0] == snapshot(name="contradicted")
    assert claims[3] == snapshot(name="untestable")
    assert re.findall(r'<table class="gaps">.*?</table>', text, re.S)[0] == snapshot(name="gaps")
    assert re.findall(r"<article.*?</article>", pages["ledger"], re.S)[0] == snapshot(name="readings")
    assert re.findall(r"<article.*?</article>", pages["undetermined"], re.S)[0] == snapshot(name="undetermined")


def test_a_declaration_is_the_experts_own_section() -> None:
    from counterproof.plan import Declaration

    said = Declaration.model_validate(
        {
            "name": "A. Expert <b>", "qualification": "statistician", "asked_by": "counsel for the plaintiff",
            "asked": "whether the score errs equally often", "done": ["counted records", "judged three claims"],
            "not_done": ["no record was matched with any other"], "limits": ["outcomes are arrests"],
            "received": [{"what": "one CSV file", "from": "the agency", "date": "2024-05-06"}],
            "interests": "paid by the hour", "date": "2024-06-01", "replaces": "the report of 2 May 2024",
        }
    )  # fmt: skip
    exhibit = samples.compas()
    whole = replace(exhibit, plan=exhibit.plan.model_copy(update={"declaration": said}))
    text = html.render(whole)
    outline = Outline(text)
    for part in (
        "A. Expert <b> . Statistician.", "Counsel for the plaintiff.", "No record was matched with any other.",
        "one CSV file, from the agency, 6 May 2024", "Paid by the hour.", "1 June 2024", "The report of 2 May 2024.",
    ):  # fmt: skip
        assert part.replace(" .", ".") in outline.text.replace(" .", ".")
    assert "<b>" not in text.partition("<body>")[2]
    assert set(outline.used) <= set(outline.ids)
    assert all(b <= a + 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert "Declaration" not in html.render(exhibit)
