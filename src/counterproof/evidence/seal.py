"""A seal: who vouches that a run's folder is as they left it.

An in-toto statement over the manifest and every output, in a DSSE envelope, signed with a local Ed25519 key. Nothing
needs a network, and any other program that knows DSSE can check it:

    signature over  "DSSEv1" SP len(type) SP type SP len(payload) SP payload     (lengths in bytes, decimal)

in-toto Statement v1: https://in-toto.io/Statement/v1. DSSE v1: the Dead Simple Signing Envelope of secure-systems-lab.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterproof.errors import InputError, OutputError
from counterproof.evidence import canonical
from counterproof.evidence.compare import Difference
from counterproof.evidence.outputs import MANIFEST

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["check_seal", "encoded", "new_key", "seal"]

STATEMENT = "https://in-toto.io/Statement/v1"
PAYLOAD = "application/vnd.in-toto+json"
PREDICATE = "urn:counterproof:run:1"
_LARGEST = 10_000_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def new_key(path: Path) -> Path:
    """Make a key that only its owner may read; returns the place of its public part, ``path`` with ``.pub``.

    Raises OutputError where either file is there already or cannot be written.
    """
    with _cryptography():
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
    key = Ed25519PrivateKey.generate()
    public = path.with_name(f"{path.name}.pub")
    private_bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for place in (path, public):
        if place.exists():
            raise OutputError("this file is there already", where=str(place), hint="a key is never overwritten")
    for place, content, mode in ((path, private_bytes, 0o600), (public, public_bytes, 0o644)):
        try:
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
        except OSError as error:
            raise OutputError(f"cannot be written: {(error.strerror or 'failed').lower()}", where=str(place)) from None
    return public


def seal(folder: Path, key: Path) -> bytes:
    """The envelope over a finished run, as JSON. Every output must be as the manifest says.

    Raises InputError for a folder that is no finished run or has changed, or a key that others may read.
    """
    manifest = _manifest(folder)
    digests = {name: one["sha256"] for name, one in manifest["outputs"].items()}
    for difference in _changed(folder, digests):
        raise InputError("this is not as the run left it", where=difference.place, hint="see counterproof verify")
    private = _private(key)
    names = {MANIFEST: canonical.sha256(canonical.read(folder, MANIFEST)), **digests}
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in sorted(names.items())],
        "predicateType": PREDICATE,
        "predicate": manifest,
    }
    payload = canonical.dump(statement)
    envelope = {
        "payloadType": PAYLOAD,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {
                "keyid": _keyid(private.public_key()),
                "sig": base64.b64encode(private.sign(encoded(payload))).decode(),
            }
        ],
    }
    return canonical.dump(envelope)


def check_seal(folder: Path, sealed: Path, key: Path) -> list[Difference]:
    """What does not agree between a folder and its seal, checked with the public key; [] where all does.

    Raises InputError for a key or an envelope that cannot be read.
    """
    public = _public(key)
    payload, signatures = _opened(sealed)
    if not any(_signed(public, payload, signature) for signature in signatures):
        return [Difference("output", sealed.name, "was not signed with this key, or was changed after it was signed")]
    try:
        statement = json.loads(payload)
        subjects = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
        known = statement["_type"] == STATEMENT and statement["predicateType"] == PREDICATE
    except (ValueError, KeyError, TypeError):
        known, subjects = False, {}
    if not known or MANIFEST not in subjects:
        return [Difference("output", sealed.name, "does not speak of a run")]
    return list(_changed(folder, subjects))


def _changed(folder: Path, digests: dict[str, str]) -> Iterator[Difference]:
    for name, digest in sorted(digests.items()):
        if not canonical.SAFE_NAME.fullmatch(name):
            yield Difference("output", "seal", "names a file outside of the folder")
            continue
        try:
            content = canonical.read(folder, name)
        except canonical.Unreadable:
            yield Difference("output", name, "was sealed, and is not here")
            continue
        if canonical.sha256(content) != digest:
            yield Difference("output", name, "is not the file that was sealed")


def _manifest(folder: Path) -> Any:
    from counterproof.evidence.runs import read_run

    return read_run(folder)[MANIFEST]


def encoded(payload: bytes, kind: bytes = PAYLOAD.encode()) -> bytes:
    """What is signed: DSSE's pre-authentication encoding of a payload of this type."""
    return b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload])


def _opened(sealed: Path) -> tuple[bytes, list[bytes]]:
    problem = InputError("this is no seal", where=str(sealed), hint="counterproof seal makes one")
    try:
        if sealed.stat().st_size > _LARGEST:
            raise problem
        envelope = json.loads(sealed.read_bytes())
        if envelope["payloadType"] != PAYLOAD:
            raise problem
        signatures = [base64.b64decode(one["sig"], validate=True) for one in envelope["signatures"]]
        return base64.b64decode(envelope["payload"], validate=True), signatures
    except OSError:
        raise InputError("the seal cannot be read", where=str(sealed)) from None
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise problem from None


def _signed(public: Ed25519PublicKey, payload: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        public.verify(signature, encoded(payload))
    except InvalidSignature:
        return False
    return True


def _private(path: Path) -> Ed25519PrivateKey:
    with _cryptography():
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    problem = InputError("this is no Ed25519 key", where=str(path), hint="counterproof seal --new-key FILE makes one")
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise InputError("others may read this key", where=str(path), hint=f"chmod 600 {path.name}")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError:
        raise InputError("the key cannot be read", where=str(path)) from None
    except (ValueError, TypeError):
        raise problem from None
    if not isinstance(key, Ed25519PrivateKey):
        raise problem
    return key


def _public(path: Path) -> Ed25519PublicKey:
    with _cryptography():
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    problem = InputError("this is no public Ed25519 key", where=str(path), hint="it ends in .pub")
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError:
        raise InputError("the key cannot be read", where=str(path)) from None
    except (ValueError, TypeError):
        raise problem from None
    if not isinstance(key, Ed25519PublicKey):
        raise problem
    return key


def _keyid(public: Ed25519PublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


@contextlib.contextmanager
def _cryptography() -> Iterator[None]:
    try:
        yield
    except ImportError:
        hint = "install it with: pip install 'counterproof[seal]'"
        raise InputError("seals need the package cryptography", hint=hint) from None
