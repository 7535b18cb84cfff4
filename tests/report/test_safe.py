"""Text from outside does no harm in a page, a chart or a terminal."""

from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from counterproof.claims.model import Citation, Reply
from counterproof.exhibit import Exhibit, Provenance
from counterproof.findings import AuditFindings, Check, Contrast, Estimate, Results
from counterproof.report import fragment, html, safe, svg, terminal
from counterproof.report.charts import specs
from report import samples

NASTY = [
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m \x07 \x9b2J",
    "admin\u202egnp.exe \u2066x\u2069",
    "'\"><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% include 'x' %} {# #}",
    "' + alert(1) + '",
    "]]><!-- &amp; &#x202e;",
    "a\nb\tc\r\u2028d",
    "\ud800 lone",
    "x" * 10_000,
    "word " * 2_000,
]


def test_hidden_characters_become_visible() -> None:
    assert safe.visible("a\u202eb\x1bc\u200bd") == "a⟨U+202E⟩b⟨U+001B⟩c⟨U+200B⟩d"
    assert safe.visible("one\n two\t three") == "one two three"
    assert safe.visible("می\u200cخواهم") == "می\u200cخواهم"  # Persian needs the joiner


def test_long_text_is_cut_where_one_can_see_it() -> None:
    assert safe.shorten("x" * 10_000) == "x" * 80 + "… (10,000 characters)"
    assert len(safe.shorten("\x00" * 10_000)) < 400
    assert safe.lines("x" * 50, 20) == ["x" * 20, "x" * 20, "x" * 10]


def nasty_exhibit() -> Exhibit:
    """Every text of an exhibit is somebody's attempt."""
    groups = [{"race": text} for text in NASTY]
    estimates = [samples.rate("false_positive_rate", g, {"threshold": 5}, 40, 100, note=g["race"]) for g in groups]
    estimates += [Estimate(text, {}, {}, "not_identified", note=text) for text in NASTY]
    estimates += [
        samples.rate("flag_rate", g, {"threshold": t}, 40, 100, primary=False) for g in groups for t in range(1, 5)
    ]
    contrasts = [
        Contrast("false_positive_rate", g, groups[0], {"threshold": 5}, "ratio", "estimated", 1.0, 0.5, 2.0, 0.95)
        for g in groups[1:]
    ]
    checks = [Check(text, "warn", 3, 10, text) for text in NASTY]
    found = AuditFindings("score", 10, "process", tuple(estimates), tuple(contrasts), tuple(checks), 3)
    base = samples.compas()
    claims, verdicts = [], []
    for i, text in enumerate(NASTY):
        source = Citation(title=text, url=f"javascript:{text}")
        reply = Reply(asked=samples.ARTICLE.date, text=text)
        changed = {"id": f"{i}{text}", "text": text, "claimant": text, "source": source, "note": text, "reply": reply}
        claims.append(samples.COMPAS_CLAIMS[0].model_copy(update=changed))
        verdicts.append(replace(samples.COMPAS_VERDICTS[0], id=f"{i}{text}", because=text, needs=(text,)))
    plan = base.plan.model_copy(
        update={"title": NASTY[0], "claims": tuple(claims), "public": {text: text for text in NASTY}}
    )
    sources = tuple(Provenance(text, "files", 1, notes=(text,), refused={text: text}, cite=text) for text in NASTY)
    return Exhibit(plan, Results({"compas": found}, tuple(verdicts)), {}, base.audits, sources, tuple(NASTY), "0.1.0")


class Tags(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("render", [html.render, fragment.notebook])
def test_a_page_holds_no_element_that_came_from_the_records(render) -> None:
    page = render(nasty_exhibit())
    tags = Tags(page)
    assert not tags.names & {"script", "img", "iframe", "object", "link", "base", "form"}
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert not [link for link in tags.links if not link.startswith(("#", "https://", "http://"))]
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "\ud800" not in page
    assert "49" not in page.split("7 * 7")[0][-10:]  # templates are not run twice
    assert "x" * 4_500 not in page


def test_charts_hold_what_was_written_and_no_element_of_it() -> None:
    for spec in specs(nasty_exhibit()).values():
        drawn = svg.draw(spec)
        names = {element.tag.split("}")[1] for element in ElementTree.fromstring(drawn).iter()}
        assert names <= {"svg", "g", "path", "line", "text", "tspan", "rect", "clipPath", "defs"}
        assert "\u202e" not in drawn


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_a_terminal_gets_no_control_characters_and_nothing_wider_than_it_is(encoding: str) -> None:
    from rich.cells import cell_len

    text = terminal.render(nasty_exhibit(), encoding=encoding)
    assert not [c for c in text if ord(c) < 32 and c != "\n"]
    assert "\u202e" not in text
    assert "\x9b" not in text
    if encoding != "utf-8":
        assert text.isascii()
    else:
        assert max(cell_len(line) for line in text.splitlines()) <= 80
