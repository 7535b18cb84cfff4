"""The terminal shows the verdicts first, in eighty columns."""

import re

import pytest
from rich.cells import cell_len

from counterproof.report import fragment, terminal
from report import samples


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("make", [samples.compas, samples.ledger, samples.undetermined, samples.large])
def test_nothing_is_wider_than_the_screen(make, width: int) -> None:
    assert max(cell_len(line) for line in terminal.render(make(), width=width).splitlines()) <= width


def test_verdicts_stand_before_the_tables() -> None:
    text = terminal.render(samples.compas())
    assert text.index("CONTRADICTED") < text.index("UNTESTABLE") < text.index("1,282 of 3,963")
    assert re.search(r"African-American +44.8.% +42.6 to 47.2.% +805 of 1,795 +1.91", text)
    assert re.search(r"Asian +withheld\n", text)
    assert "\x1b" not in text


def test_colour_only_where_it_is_asked_for() -> None:
    coloured = terminal.render(samples.undetermined(), color=True)
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\n".join(line.rstrip() for line in bare.splitlines()) + "\n" == terminal.render(samples.undetermined())


def test_a_terminal_without_unicode_gets_plain_characters() -> None:
    text = terminal.render(samples.compas(), encoding="ascii")
    assert text.isascii()
    assert "\\u" not in text
    assert "-8.6 to +0.9 percentage points" in " ".join(text.split())


def test_terminal(snapshot) -> None:
    assert terminal.render(samples.undetermined()) == snapshot


def test_a_notebook_shows_verdicts_and_main_numbers_in_little_space() -> None:
    text = fragment.notebook(samples.compas())
    assert len(text.encode()) < 40_000
    assert "Contradicted" in text
    assert "44.8\u00a0%" in text
    assert "<style" not in text
    assert "<script" not in text
