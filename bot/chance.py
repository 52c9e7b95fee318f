"""Randomness as an argument: fresh ids, receipts and picks out of one source of random bytes."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from messages.receipt import Receipt, make_receipt

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no letter that looks like a digit."""
_PAIRS = tuple(first + second for second in ALPHABET for first in ALPHABET)
"""The two characters of ten bits: a letter at a time takes five times as long."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Where everything random comes from; tests give a source of their own."""

    randomness: Callable[[int], bytes] = os.urandom

    def fresh_id(self) -> str:
        """16 characters of base 32: 80 random bits."""
        bits = int.from_bytes(self.randomness(10))
        return "".join([_PAIRS[bits >> shift & 1023] for shift in range(0, 80, 10)])

    def receipt(self) -> Receipt:
        """A fresh receipt."""
        return make_receipt(self.randomness(64))

    def pick(self, count: int) -> int:
        """A number from 0 to count - 1; the bias of 8 bytes over a few thousand is below 1 in 10^15."""
        return int.from_bytes(self.randomness(8)) % count
