"""Which folder may import what (docs/architecture.md), how long a file may be, and that imports stay cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "counterproof"
ENGINES = {"ibis", "duckdb", "pyarrow", "python_calamine", "sqlglot", "pandas", "polars", "sqlite3"}
RENDERERS = {"vl_convert", "jinja2", "rich", "markupsafe"}
STATISTICS = {"scipy"}

# folder (or module) -> third-party packages it may import; everything else is forbidden there
ALLOWED = {
    "stats": {"numpy", "scipy"},
    "sources": ENGINES | {"numpy", "zstandard"},
    "disclosure": {"numpy", "scipy"},
    "claims": {"numpy", "pydantic"},
    "audits": {"numpy", "pydantic"},
    "evidence": {"jsonschema", "yaml", "cryptography"},
    "schemas": {"pydantic", "jsonschema"},
    "exports": {"pyarrow", "vl_convert", "weasyprint", "xlsxwriter"},
    "request": set(),
    "starter": {"yaml"},
    "report": RENDERERS,
    "cli": {"click", "rich", "pydantic", "yaml"},
    "demo": set(),
    "counts.py": {"numpy"},
    "reductions": set(),
    "findings.py": set(),
    "errors.py": set(),
    "exhibit.py": set(),
    "plan.py": {"pydantic"},
    "plan_file.py": {"yaml"},
    "line.py": set(),
    "releases.py": {"numpy"},
    "api.py": {"pyarrow"},
    "__init__.py": set(),
    "__main__.py": set(),
}

# our own packages that a folder must not reach for: the line runs one way only
FORBIDDEN = {
    "stats": {"*"},
    "counts.py": {"*"},
    "errors.py": {"*"},
    "disclosure": {"sources", "audits", "claims", "report", "evidence", "cli", "line", "plan", "stats"},
    "claims": {"sources", "disclosure", "report", "evidence", "cli", "line"},
    "audits": {"sources", "report", "evidence", "cli", "line"},
    "report": {"sources", "disclosure", "stats", "evidence", "cli", "line"},
    "sources": {"audits", "claims", "disclosure", "report", "evidence", "cli", "run", "stats"},
    "evidence": {"cli"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_folder_imports_only_what_is_its_business(path: Path) -> None:
    third_party = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"counterproof"}
    if "sqlite3" in {name.split(".")[0] for name in imports(path)}:
        third_party.add("sqlite3")
    surplus = third_party - ALLOWED[part_of(path)]
    assert not surplus, f"{path.relative_to(PACKAGE)} must not import {sorted(surplus)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_line_runs_one_way(path: Path) -> None:
    part = part_of(path)
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("counterproof.")}
    own = {part.removesuffix(".py")}
    forbidden = FORBIDDEN.get(part, set())
    reached = (ours - own) if "*" in forbidden else ours & forbidden
    assert not reached, f"{path.relative_to(PACKAGE)} must not reach for {sorted(reached)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 600, "split the file"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"split {node.name}"


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = sorted(ENGINES | RENDERERS | STATISTICS | {"numpy", "pydantic"})
    code = f"import sys, counterproof, counterproof.cli.main; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
