"""The page in Chromium: accessible by axe-core, nothing too small, nothing cut off, at 360 and 1440 pixels.

axe-core is not a Python package: ``npm install --prefix .bench --no-package-lock axe-core@4.10.3``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterproof.report import html
from report import samples

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".bench" / "node_modules" / "axe-core" / "axe.min.js"
sys.path.insert(0, str(ROOT / "tools"))

MEASURE = """(() => {
  const edge = document.documentElement.clientWidth, wide = [], small = [];
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || e.closest('.skip')) continue;
    const said = (e.textContent || '').trim().slice(0, 40);
    if (!e.closest('.scroll') && (box.right > edge + 1 || box.left < -1)) wide.push(e.tagName + ' ' + said);
    if ([...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) {
      const shrunk = e.ownerSVGElement ? e.getScreenCTM().a : 1;
      if (parseFloat(getComputedStyle(e).fontSize) * shrunk < 12) small.push(e.tagName + ' ' + said);
    }
  }
  return {scrolls: document.documentElement.scrollWidth > edge, wide, small};
})()"""
AUDIT = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"
MAKE = {"compas": samples.compas, "ledger": samples.ledger, "undetermined": samples.undetermined}


@pytest.fixture(scope="module")
def tab() -> Iterator:
    import browser

    if browser.chromium() is None:
        pytest.skip("chromium is not installed")
    with browser.page() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: html.render(make()) for name, make in MAKE.items()}


CASES = [
    ("compas", 360, False),
    ("compas", 360, True),
    ("compas", 800, False),
    ("compas", 1440, False),
    ("compas", 1440, True),
    ("ledger", 360, False),
    ("ledger", 1440, True),
    ("undetermined", 360, True),
    ("undetermined", 1440, False),
]


@pytest.mark.parametrize(("name", "width", "dark"), CASES)
def test_page(tab, pages: dict[str, str], name: str, width: int, dark: bool) -> None:
    tab.show(pages[name], width, dark=dark)
    assert tab.run(MEASURE) == {"scrolls": False, "wide": [], "small": []}
    tab.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert tab.run(MEASURE) == {"scrolls": False, "wide": [], "small": []}
    if not AXE.exists():
        pytest.skip("axe-core is not installed; the first lines of this file say how")
    tab.run(AXE.read_text() + ";0")
    assert tab.run(AUDIT) == []


def test_one_width_of_each_chart_is_seen_and_named(tab, pages: dict[str, str]) -> None:
    for width in (360, 1440):
        tab.show(pages["compas"], width)
        seen = tab.run(
            "[...document.querySelectorAll('.chart')].filter(e => e.offsetParent)"
            ".map(e => [e.className, e.getAttribute('role'), e.getAttribute('aria-label').length > 40])"
        )
        kind = "chart narrow" if width == 360 else "chart wide"
        assert seen
        assert all(entry == [kind, "img", True] for entry in seen)


def test_paper_shows_what_is_folded_on_the_screen(tab, pages: dict[str, str]) -> None:
    tab.show(pages["compas"], 1000)
    folded = "document.querySelector('.figure details table').checkVisibility()"
    assert tab.run(folded) is False
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert tab.run(folded) is True
    assert tab.pdf().startswith(b"%PDF")
