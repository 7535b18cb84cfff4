"""The report as one HTML file: no script, nothing from outside, the same bytes from the same findings."""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from counterproof.exhibit import Exhibit
from counterproof.report import numbers, units, words
from counterproof.report.groups import plain
from counterproof.report.open_questions import check_said
from counterproof.report.safe import TEXT_LIMIT, sentence, shorten, visible

if TYPE_CHECKING:
    import jinja2

__all__ = ["environment", "render"]

MOST_SQL_LINES = 40


def render(exhibit: Exhibit) -> str:
    """The whole report. Raises OutputError where a chart cannot be drawn."""
    from counterproof.report.view import page

    template = environment().get_template("report.html.j2")
    return template.render(page=page(exhibit), style=style(), records=partial(units.records, exhibit))


def style() -> str:
    """The style sheet; it stands inside the page."""
    return (files(__package__) / "style.css").read_text("utf-8")


@cache
def environment() -> jinja2.Environment:
    """Templates with everything escaped; ``safe_text`` also makes hidden characters visible."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("counterproof.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "safe_text": lambda text: shorten(str(text), TEXT_LIMIT),
        "sentence": sentence,
        "count": numbers.count,
        "size": numbers.size,
        "day": numbers.day,
        "plain": plain,
        "link": link,
        "sql": sql,
        "check_said": check_said,
    }
    made.globals |= {"glossary": words.GLOSSARY, "check_words": words.CHECK}
    return made


def link(url: Any) -> str:
    """``url`` if it is a web address, else nothing: no other scheme is made clickable."""
    text = visible(str(url or ""))
    return text if text.lower().startswith(("https://", "http://")) else ""


def sql(text: str) -> str:
    """The first lines of a query, indented as they were; the whole stands in the manifest."""
    lines = [line for line in text.splitlines() if line.strip()]
    shown = [" " * (len(line) - len(line.lstrip())) + shorten(line, 400) for line in lines[:MOST_SQL_LINES]]
    left = len(lines) - len(shown)
    return "\n".join([*shown, f"… {left} more lines in manifest.json"] if left > 0 else shown)
