"""The documentation is true: links lead somewhere, plans in it parse, and no plan key is undocumented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from counterproof.audits import registry
from counterproof.claims.model import Claim, Test
from counterproof.plan import Plan, Records, SourceSpec, parse

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_plans_in_the_documentation_parse(page: Path) -> None:
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S):
        values = yaml.safe_load(block)
        if isinstance(values, dict) and {"audits", "sources"} <= values.keys():
            assert parse(values).audits


def test_every_plan_key_is_documented() -> None:
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    models = [Plan, Records, SourceSpec, Claim, Test, *(registry.find(kind).options for kind in registry.kinds())]
    for model in models:
        for name, info in model.model_fields.items():
            key = info.alias or name
            assert re.search(rf"\b{key}\b", text), f"{model.__name__}.{key} is not in docs/plan.md"


def test_make_targets_in_the_documentation_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    for page in PAGES:
        for named in re.findall(r"(?:^ {4}|`)make ([a-z -]+)", page.read_text(encoding="utf-8"), flags=re.M):
            words = named.split("  ")[0].split()
            assert set(words) <= targets, f"{page.relative_to(ROOT)} says make {named}"


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_lock_files_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")
