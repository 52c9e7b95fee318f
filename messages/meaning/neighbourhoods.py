"""How people name the part of a ward they live in: "tổ 3", "Tổ dân phố số 03" and "tdp 3" are the same."""

import re

from messages.meaning.folding import fold

LONGEST = 40
"""Characters of a name; longer is a story."""
_KIND = re.compile(r"^(?:(?:to dan pho|tdp|to|khu pho|khu dan cu|khu|kp|thon|ap|xom|ban|buon|number|no|so|group) )+")
_NUMBER = re.compile(r"^0+(?=\d)")


def folded(named: str) -> str:
    """A name in the one form by which two are compared; empty for what names nothing."""
    return _NUMBER.sub("", _KIND.sub("", fold(named)))


_SAID = r"(?:to dan pho|tdp|to|khu pho|khu dan cu|khu|kp|thon|ap|xom|ban|buon)"
_ASKED = re.compile(rf"(?:{_SAID} ?)?(?:so )?0*(\d{{1,3}})")


def names_neighbourhood(words: str, wanted: str) -> bool:
    """Whether a story names the neighbourhood an officer asks for: a number with its kind, else the name as it stands.

    A number alone is a house, a lane or a hamlet: only beside the word for a neighbourhood it names one.
    """
    asked, said = fold(wanted), fold(words)
    numbered = _ASKED.fullmatch(asked)
    if numbered is None:
        return f" {asked} " in f" {said} "
    return re.search(rf"\b{_SAID} ?(?:so )?0*{int(numbered[1])}\b", said) is not None
