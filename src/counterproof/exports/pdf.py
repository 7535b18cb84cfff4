"""The report of a run on paper: the same page, tagged, with exhibits and pages numbered, the same bytes again.

python -m counterproof.exports.pdf REPORT.html RESULTS_SHA256 OUT.pdf     what a process of its own runs
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from counterproof.errors import InputError

__all__ = ["as_pdf"]

_MISSING, _NO_PANGO = 3, 4
_SECONDS = 600
_HINTS = {
    _MISSING: ("a PDF needs the package weasyprint", "install it with: pip install 'counterproof[pdf]'"),
    _NO_PANGO: ("a PDF needs the library Pango", "on Debian: apt install libpango-1.0-0 libpangoft2-1.0-0"),
}


def as_pdf(report: bytes, results: str) -> bytes:
    """PDF bytes of ``report.html``; ``results`` is the SHA-256 of results.json, for the running header.

    It is made by a process of its own, since the libraries below end theirs where no font is installed; modules that
    lie in the working folder are not taken for ours (-P). Raises InputError that says what to install.
    """
    with tempfile.TemporaryDirectory(prefix="counterproof-") as folder:
        page, out = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_bytes(report)
        asked = [sys.executable, "-P", "-m", "counterproof.exports.pdf", str(page), results, str(out)]
        try:
            code = subprocess.run(asked, capture_output=True, check=False, timeout=_SECONDS).returncode  # noqa: S603
        except subprocess.TimeoutExpired:
            code = -1
        if code in _HINTS:
            what, hint = _HINTS[code]
            raise InputError(what, where="--pdf", hint=hint)
        if code != 0 or not out.exists():
            hint = "see that a font is installed, such as the Debian package fonts-liberation"
            raise InputError("the PDF could not be made", where="--pdf", hint=hint)
        return out.read_bytes()


def _write(page: Path, results: str, out: Path) -> int:
    try:
        import weasyprint
    except ImportError:
        return _MISSING
    except OSError:
        return _NO_PANGO
    style = files("counterproof.exports").joinpath("pdf.css").read_text(encoding="utf-8")
    head, start, body = page.read_text(encoding="utf-8").partition("</head>")
    top, main, rest = body.partition("<main")
    running = f'<p class="running">Results {results[:16]}</p>'
    html = weasyprint.HTML(
        string=f"{head}<style>{style}</style>{start}{top}{running}{main}{rest}",
        url_fetcher=weasyprint.urls.URLFetcher(allowed_protocols=["data"]),
    )
    html.write_pdf(out, pdf_variant="pdf/ua-1", pdf_identifier=results.encode())
    return 0


if __name__ == "__main__":
    sys.exit(_write(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
