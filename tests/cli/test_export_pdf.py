"""The report on paper: every verdict in its text, tagged, numbered, the same bytes again; and clear advice without."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.shell import Shell

try:
    importlib.import_module("weasyprint")
    MISSING = "" if shutil.which("pdftotext") else "pdftotext is not here"
except (ImportError, OSError):
    MISSING = "weasyprint or Pango is not here"


def text_of(path: Path) -> str:
    asked = ["pdftotext", "-layout", str(path), "-"]
    return " ".join(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_a_report_on_paper(shell: Shell) -> None:
    assert shell("run", "plan.yaml", "--out", "run", "--quiet").code == 0
    for name in ("a.pdf", "b.pdf"):
        done = shell("export", "run", "--pdf", name, "--quiet")
        assert (done.code, done.err) == (0, "")
    content = (shell.folder / "a.pdf").read_bytes()
    assert content == (shell.folder / "b.pdf").read_bytes()
    assert len(content) < 2_000_000
    said = text_of(shell.folder / "a.pdf")
    places = [
        said.index(part)
        for part in ("Verdicts . .", "A flag", "What the records say", "Both groups are flagged alike", "Exhibit 1.")
    ]
    assert places == sorted(places)
    assert "The records do not settle this claim" in said or "The records support this claim" in said
    info = subprocess.run(["pdfinfo", str(shell.folder / "a.pdf")], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in info
    assert "JavaScript:      no" in info
    pages = re.search(r"Pages: +(\d+)", info)
    assert pages is not None
    assert re.search(rf"\b{pages[1]} ?/ ?{pages[1]}\b", said)


def test_without_the_package_or_pango(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from counterproof.exports import pdf

    assert shell("run", "plan.yaml", "--out", "run", "--quiet").code == 0
    for code, said in ((3, "pip install 'counterproof[pdf]'"), (4, "libpango"), (-11, "a font is installed")):
        fake = subprocess.CompletedProcess([], code)
        monkeypatch.setattr(pdf.subprocess, "run", lambda *_, fake=fake, **__: fake)
        done = shell("export", "run", "--pdf", "a.pdf")
        assert done.code == 2
        assert said in done.err
        assert not (shell.folder / "a.pdf").exists()


def test_what_is_not_there_is_told_by_the_process_itself(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html><head></head><body><main></main></body></html>")
    for broken, code in (("None", 3), ("Broken()", 4)):
        script = f"""
import sys
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise OSError("cannot load library")
if {broken} is None:
    sys.modules["weasyprint"] = None
else:
    sys.meta_path.insert(0, {broken})
from pathlib import Path
from counterproof.exports.pdf import _write
sys.exit(_write(Path("page.html"), "0" * 64, Path("out.pdf")))
"""
        ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False)
        assert ran.returncode == code
