"""A seal vouches for a folder: whatever changes afterwards, or another key, is found."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.shell import Shell
from counterproof.evidence import seal


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("sealed"))
    assert shell("run", "plan.yaml", "--out", "run", "--quiet").code == 0
    assert shell("seal", "run", "--new-key", "mine", "--quiet").code == 0
    assert shell("seal", "--new-key", "other", "--quiet").code == 0
    return shell


@pytest.fixture
def copy(sealed: Shell, tmp_path: Path) -> Path:
    """The folder, its seal and the public key somewhere else, as one would send them."""
    shutil.copytree(sealed.folder / "run", tmp_path / "run")
    for name in ("run.seal.json", "mine.pub", "other.pub", "rows.csv"):
        shutil.copy(sealed.folder / name, tmp_path / name)
    return tmp_path


def verified(folder: Path, *more: str) -> tuple[int, str]:
    shell = Shell.__new__(Shell)
    shell.folder = folder
    ran = shell("verify", "run", "--key", "mine.pub", *more)
    return ran.code, ran.out + ran.err


def test_what_is_signed_is_as_dsse_says() -> None:
    """The example of the DSSE specification (secure-systems-lab/dsse, protocol.md)."""
    assert seal.encoded(b"hello world", b"http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_an_untouched_folder(copy: Path) -> None:
    code, said = verified(copy)
    assert code == 0
    assert "The seal is whole, and was made with this key." in said
    code, said = verified(copy, "--source", "rows=rows.csv")
    assert code == 0
    statement = json.loads(base64.b64decode(json.loads((copy / "run.seal.json").read_bytes())["payload"]))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert {one["name"] for one in statement["subject"]} >= {
        "manifest.json",
        "results.json",
        "report.html",
        "counts.json",
    }


def test_the_signature_by_another_program(copy: Path) -> None:
    """With nothing but the standard encoding and OpenSSL."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here")
    envelope = json.loads((copy / "run.seal.json").read_bytes())
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"]
    (copy / "message").write_bytes(f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
    (copy / "signature").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    for key, code in (("mine.pub", 0), ("other.pub", 1)):
        asked = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            key,
            "-rawin",
            "-in",
            "message",
            "-sigfile",
            "signature",
        ]
        assert subprocess.run(asked, cwd=copy, capture_output=True, check=False).returncode == code


def test_each_change_is_found(copy: Path) -> None:
    results = copy / "run" / "results.json"
    text = results.read_text()
    results.write_text(text.replace('"numerator": 3', '"numerator": 4', 1))
    assert results.read_text() != text
    code, said = verified(copy)
    assert code == 1
    assert "results.json: is not the file that was sealed" in said
    results.rename(copy / "run" / "renamed.json")
    assert "results.json: was sealed, and is not here" in verified(copy)[1]


def test_a_folder_that_agrees_with_itself_but_not_with_the_seal(copy: Path) -> None:
    """A run of other records is whole, and is not what was sealed."""
    shell = Shell(_made(copy / "later"))
    (shell.folder / "rows.csv").write_text((shell.folder / "rows.csv").read_text().replace("120", "121"))
    assert shell("run", "plan.yaml", "--out", "run", "--quiet").code == 0
    shutil.rmtree(copy / "run")
    shutil.copytree(shell.folder / "run", copy / "run")
    code, said = verified(copy)
    assert code == 1
    assert "manifest.json: is not the file that was sealed" in said


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _changed(path: Path, change: Any) -> None:
    envelope = json.loads(path.read_bytes())
    change(envelope)
    path.write_text(json.dumps(envelope))


def test_another_key_and_a_changed_seal(copy: Path) -> None:
    shell = Shell.__new__(Shell)
    shell.folder = copy
    ran = shell("verify", "run", "--key", "other.pub")
    assert (ran.code, "was not signed with this key" in ran.out) == (1, True)
    payload = base64.b64decode(json.loads((copy / "run.seal.json").read_bytes())["payload"])
    forged = base64.b64encode(payload.replace(b"results.json", b"results.jsom")).decode()
    _changed(copy / "run.seal.json", lambda envelope: envelope.update(payload=forged))
    code, said = verified(copy)
    assert (code, "changed after it was signed" in said) == (1, True)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"\xff", b'{"payloadType": "x"}', b"[" * 100_000,
     b'{"payloadType": "application/vnd.in-toto+json", "payload": "%%%", "signatures": []}'],
)  # fmt: skip
def test_what_is_no_seal(content: bytes, copy: Path) -> None:
    (copy / "run.seal.json").write_bytes(content)
    code, said = verified(copy)
    assert code == 2
    assert "this is no seal" in said


def test_a_signature_of_something_else(copy: Path, sealed: Shell) -> None:
    """Signed with the right key, but no statement about a run."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key: Any = load_pem_private_key((sealed.folder / "mine").read_bytes(), None)
    payload = b'{"_type": "https://in-toto.io/Statement/v1", "subject": []}'
    signature = base64.b64encode(key.sign(seal.encoded(payload))).decode()
    _changed(
        copy / "run.seal.json",
        lambda e: e.update(payload=base64.b64encode(payload).decode(), signatures=[{"keyid": "", "sig": signature}]),
    )
    code, said = verified(copy)
    assert (code, "does not speak of a run" in said) == (1, True)


def test_keys(sealed: Shell) -> None:
    mine = sealed.folder / "mine"
    assert mine.stat().st_mode & 0o777 == 0o600
    again = sealed("seal", "--new-key", "mine")
    assert (again.code, "never overwritten" in again.err) == (3, True)
    wide = sealed.folder / "wide"
    wide.write_bytes(mine.read_bytes())
    wide.chmod(0o640)
    ran = sealed("seal", "run", "--key", "wide", "--out", "x.json")
    assert (ran.code, "chmod 600 wide" in ran.err) == (2, True)
    for key in ("mine.pub", "rows.csv"):
        (sealed.folder / key).chmod(0o600)
        ran = sealed("seal", "run", "--key", key, "--out", "x.json")
        assert (ran.code, "no Ed25519 key" in ran.err) == (2, True)
    ran = sealed("verify", "run", "--key", "mine")
    assert (ran.code, "no public Ed25519 key" in ran.err) == (2, True)
    assert not (sealed.folder / "x.json").exists()
    for ran in (sealed("seal"), sealed("seal", "run"), sealed("verify", "run", "--seal", "run.seal.json")):
        assert ran.code == 2
    assert "BEGIN PRIVATE" not in (sealed.folder / "run.seal.json").read_text()


def test_the_seal_stands_beside_the_folder_whatever_it_is_called(copy: Path, sealed: Shell) -> None:
    """Inside, it would be a file that no run wrote, and the next run would be refused."""
    before = sorted((copy / "run").iterdir())
    (copy / "run.seal.json").unlink()
    shell = Shell.__new__(Shell)
    shell.folder = copy / "run"
    assert shell("seal", ".", "--key", str(sealed.folder / "mine"), "--quiet").code == 0
    assert sorted((copy / "run").iterdir()) == before
    assert (copy / "run.seal.json").exists()
    assert shell("verify", ".", "--key", "../mine.pub").code == 0


def test_a_changed_run_is_not_sealed(copy: Path, sealed: Shell) -> None:
    (copy / "run" / "report.html").write_text("other")
    ran = sealed("seal", str(copy / "run"), "--key", "mine")
    assert (ran.code, "report.html" in ran.err) == (2, True)


def test_without_the_package(sealed: Shell) -> None:
    code = "import sys; sys.modules['cryptography'] = None; from counterproof.cli.app import run; "
    code += "sys.exit(run(sys.argv[1:]))"
    asked = [sys.executable, "-c", code, "seal", "run", "--key", "mine"]
    ran = subprocess.run(asked, cwd=sealed.folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "pip install 'counterproof[seal]'" in ran.stderr
