"""The worked examples of docs/methods are run, and assert their numbers themselves."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "methods"
STATISTICS = sorted(page.stem for page in PAGES.glob("*.md"))


@pytest.mark.parametrize("page", STATISTICS)
def test_worked_examples(page):
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert examples
    for example in examples:
        assert "assert " in example
        exec(compile(example, f"{page}.md", "exec"), {})


@pytest.mark.parametrize("page", STATISTICS)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", (PAGES / f"{page}.md").read_text(encoding="utf-8")):
        assert (PAGES / target).exists(), target
