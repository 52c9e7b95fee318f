"""The receipt: the secret code by which a reporter asks again. We keep it only as a keyed hash."""

import re
from typing import NewType

Receipt = NewType("Receipt", str)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters that cannot be mistaken for one another when read aloud or copied by hand."""

LENGTH = 16
"""16 characters of 31 are 79 bits: not to be guessed, whatever the rate."""

_SHAPE = re.compile(rf"(?:BT[\s-]*)?((?:[{ALPHABET}][\s-]*){{{LENGTH}}})")


def make_receipt(randomness: bytes) -> Receipt:
    """A receipt out of fresh random bytes (at least 32), grouped for reading: BT-7K3M-Q9XA-…

    Bytes are drawn without bias: those of 248 and above (the largest multiple of 31 below 256) are skipped.
    """
    letters = [ALPHABET[byte % len(ALPHABET)] for byte in randomness if byte < 248]
    if len(letters) < LENGTH:
        raise ValueError("not enough randomness for a receipt")
    word = "".join(letters[:LENGTH])
    return Receipt("BT-" + "-".join(word[start : start + 4] for start in range(0, LENGTH, 4)))


def read_receipt(words: str) -> Receipt | None:
    """The receipt a text consists of, in its one form, or None. Case, spaces and hyphens do not matter."""
    found = _SHAPE.fullmatch(words.strip().upper())
    if found is None:
        return None
    word = re.sub(r"[\s-]", "", found.group(1))
    return Receipt("BT-" + "-".join(word[start : start + 4] for start in range(0, LENGTH, 4)))


def tail_of(receipt: Receipt) -> str:
    """The last characters, by which a reporter tells their receipts apart. Too few to ask anything with."""
    return receipt[-4:]
