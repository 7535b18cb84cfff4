"""Debian's Chromium, driven over its debugging pipe: pictures, PDF, and what a script finds in a page.

Needs nothing but the standard library and ``chromium`` on the path (or its path in ``CHROMIUM``).
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars --disable-sync "
    "--disable-background-networking --disable-component-update --remote-debugging-pipe"
)


def chromium() -> str | None:
    """Where Chromium is, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


class Page:
    """One tab. Widths are CSS pixels and may be below Chromium's least window."""

    def __init__(self, write: int, read: int) -> None:
        self._out, self._in, self._buffer, self._id = write, read, b"", 0
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Page.setBypassCSP", enabled=True)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the DevTools protocol, and its answer."""
        self._id += 1
        message: dict[str, Any] = {"id": self._id, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while (answer := self._next()).get("id") != self._id:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._in, 1 << 20)
            if not chunk:
                raise RuntimeError("Chromium ended")
            self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        return message

    def show(self, html: str, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Lay out a document at a width, in a colour scheme."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media="screen", features=scheme)
        frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.call("Page.setDocumentContent", frameId=frame, html=html)

    def run(self, script: str) -> Any:
        """The value of a script (awaited if it is a promise)."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"].get("exception", found["exceptionDetails"]))
        return found["result"].get("value")

    def picture(self, *, whole: bool = False, top: int = 0, height: int | None = None) -> bytes:
        """A PNG of the window, of the whole page, or of a strip of it."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        options: dict[str, Any] = {}
        if whole or height:
            clip = {"x": 0, "y": top, "width": size["width"], "height": height or size["height"], "scale": 1}
            options = {"captureBeyondViewport": True, "clip": clip}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **options)["data"])

    def pdf(self) -> bytes:
        """The page on A4 paper."""
        self.call("Emulation.setEmulatedMedia", media="print")
        made = self.call(
            "Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True
        )
        return base64.b64decode(made["data"])


@contextmanager
def page() -> Iterator[Page]:
    """A tab of a fresh Chromium with a profile of its own, which is removed afterwards."""
    program = chromium()
    if program is None:
        raise RuntimeError("chromium is not installed; its path can stand in CHROMIUM")
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        arguments = [program, *QUIET.split(), f"--user-data-dir={profile}", "about:blank"]
        process = _start(program, arguments, to_read, from_write)
        try:
            yield Page(to_write, from_read)
        finally:
            os.kill(process, signal.SIGTERM)
            os.waitpid(process, 0)
            os.close(to_write)
            os.close(from_read)


def _start(program: str, arguments: list[str], commands: int, answers: int) -> int:
    """Start Chromium with its debugging pipe on descriptors 3 and 4, where it looks for it."""
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands, answers)]
    silent = [(os.POSIX_SPAWN_OPEN, end, os.devnull, os.O_WRONLY, 0) for end in (1, 2)]
    ends = [(os.POSIX_SPAWN_DUP2, end, place) for end, place in zip(high, (3, 4), strict=True)]
    process = os.posix_spawn(program, arguments, os.environ, file_actions=[*silent, *ends])
    for end in (*high, commands, answers):
        os.close(end)
    return process


def save(path: Path, data: bytes) -> None:
    """Write a file and say so."""
    path.write_bytes(data)
    print(f"{path} {len(data) / 1000:.0f} kB")
