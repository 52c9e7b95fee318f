"""Sealing: what people wrote and who they are is stored only as ciphertext, bound to the very cell it belongs to.

AES-256-GCM with random 96-bit nonces; subkeys by HKDF-SHA256 from the one master key (NIST SP 800-38D, RFC 5869). With
random nonces a key must not seal more than 2**32 values: the keys of one reporter or tip never come near that, and a
purpose's key would need ten million lines a day for a year.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from messages.frozen import frozen
from storage.errors import WrongKey

Randomness: TypeAlias = Callable[[int], bytes]
Purpose: TypeAlias = Literal[
    "find", "receipt", "line", "officer", "abuse", "invite", "web", "handle", "console", "rating"
]
"""What a subkey is for: a closed list, so that a slip of the pen is no new key. A purpose must never be renamed."""

KEY_BYTES = 32
_FORMAT = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


@frozen
class Where:
    """The one cell a sealed value belongs to; moved to another it does not open."""

    table: str
    row: str
    column: str

    def bound(self) -> bytes:
        """These names as associated data, each with its length, so that no two cells look alike."""
        table, row, column = self.table.encode(), self.row.encode(), self.column.encode()
        return b"".join((len(table).to_bytes(4), table, len(row).to_bytes(4), row, len(column).to_bytes(4), column))


class Key:
    """Seals and opens values; its bytes never show, not even in a traceback."""

    __slots__ = ("_cipher", "_randomness")

    def __init__(self, material: bytes, randomness: Randomness = os.urandom) -> None:
        if len(material) != KEY_BYTES:
            raise WrongKey
        self._cipher = AESGCM(material)
        self._randomness = randomness

    def seal(self, plain: bytes, where: Where) -> bytes:
        """Format byte, nonce, ciphertext with its tag: 29 bytes longer than what was sealed."""
        nonce = self._randomness(_NONCE_BYTES)
        return b"".join((_FORMAT, nonce, self._cipher.encrypt(nonce, plain, _FORMAT + where.bound())))

    def open(self, sealed: bytes, where: Where) -> bytes:
        """What was sealed at this place. Raises `WrongKey` for another key, another place or an altered byte."""
        if len(sealed) < len(_FORMAT) + _NONCE_BYTES + _TAG_BYTES or sealed[:1] != _FORMAT:
            raise WrongKey
        view = memoryview(sealed)[len(_FORMAT) :]
        try:
            return self._cipher.decrypt(view[:_NONCE_BYTES], view[_NONCE_BYTES:], _FORMAT + where.bound())
        except InvalidTag as error:
            raise WrongKey from error


class Seal:
    """The master key at work: makes and unwraps the keys of reporters and tips, and gives a key for each purpose."""

    __slots__ = ("_hashes", "_master", "_purposes", "_randomness", "_wrapping")

    def __init__(self, master: bytes, randomness: Randomness = os.urandom) -> None:
        if len(master) != KEY_BYTES:
            raise WrongKey
        self._master = master
        self._randomness = randomness
        self._wrapping = Key(derive(master, "wrap"), randomness)
        # Subkeys are derived when they are first needed, and kept: several are for every message.
        self._purposes: dict[Purpose, Key] = {}
        self._hashes: dict[Purpose, hmac.HMAC] = {}

    def fresh_key(self, owner: str) -> tuple[Key, bytes]:
        """A new key for a reporter or a tip, and its wrapped form to store; who destroys that, destroys what it sealed.

        `owner` is the id it belongs to: unwrapped for another owner it is a `WrongKey`.
        """
        material = self._randomness(KEY_BYTES)
        return Key(material, self._randomness), self._wrapping.seal(material, _wrapped_for(owner))

    def unwrap(self, wrapped: bytes, owner: str) -> Key:
        """The key that `fresh_key` wrapped for this owner. Raises `WrongKey`."""
        return Key(self._wrapping.open(wrapped, _wrapped_for(owner)), self._randomness)

    def purpose_key(self, purpose: Purpose) -> Key:
        """The installation's own key for one purpose, for what belongs to no single reporter or tip."""
        key = self._purposes.get(purpose)
        if key is None:
            key = self._purposes[purpose] = Key(derive(self._master, f"seal {purpose}"), self._randomness)
        return key

    def digest(self, purpose: Purpose, text: str) -> bytes:
        """A keyed hash (HMAC-SHA256, 32 bytes): finds an address or a receipt again without storing it.

        The same text under another purpose or master key gives another hash. Whoever calls brings the text into one
        form first (case, blanks).
        """
        keyed = self._hashes.get(purpose)
        if keyed is None:
            subkey = derive(self._master, f"digest {purpose}")
            keyed = self._hashes[purpose] = hmac.new(subkey, digestmod=hashlib.sha256)
        found = keyed.copy()
        found.update(text.encode())
        return found.digest()


def derive(master: bytes, label: str, *, length: int = KEY_BYTES) -> bytes:
    """A subkey of the master key. A label must never change, or nothing sealed under it opens again."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"baotin 1 {label}".encode()).derive(master)


def _wrapped_for(owner: str) -> Where:
    return Where("keys", owner, "wrapped")
