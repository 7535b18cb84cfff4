import math
from pathlib import Path

import pytest

from counterproof.evidence import canonical


def test_dump_is_utf8_in_order_with_a_newline() -> None:
    assert canonical.dump({"b": "–", "a": [1]}) == '{\n  "b": "–",\n  "a": [\n    1\n  ]\n}\n'.encode()


def test_no_nan_is_written_and_none_is_read() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical.dump({"a": math.nan})
    for text in (b"NaN", b"[Infinity]", b"-Infinity"):
        with pytest.raises(canonical.Unreadable):
            canonical.parse(text)


@pytest.mark.parametrize("text", [b"", b"{", b'{"a": 1, "a": 2}', b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_unreadable(text: bytes) -> None:
    with pytest.raises(canonical.Unreadable):
        canonical.parse(text)


def test_nothing_but_a_plain_file_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "link.json").symlink_to(tmp_path / "secret")
    (folder / "folder.json").mkdir()
    import os

    os.mkfifo(folder / "pipe.json")
    for name in ("../secret", "link.json", "folder.json", "pipe.json", "absent.json", "/etc/hostname", "a/b", "", "."):
        with pytest.raises(canonical.Unreadable):
            canonical.read(folder, name)
