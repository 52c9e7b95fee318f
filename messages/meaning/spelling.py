"""Hurried Vietnamese made readable: what is no syllable of the language is turned into the syllable that was meant.

`spelling.toml` lists the abbreviations people agree on ("ko", "dc", "vs"). The rest follows rules: telex keys left
in the word ("chays", "nhaf", "tuongf"), a letter for a sound ("dag", "trog", "bìh", "zậy", "wá"), words run together
("cuuvoi"). A word that is a syllable already, or one of ours ("gas", "fire"), is never touched.
"""

import functools
import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources

from messages.meaning.folding import Word, words

LONGEST_RUN = 18
"""Characters of the longest run of words that is taken apart."""


def _listed(several: str) -> tuple[str, ...]:
    return tuple(several.split())


_ONSETS = _listed("b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x ")
_RHYMES = _listed(
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep "
    "iet ieu im in inh ip it iu o oa oac oach oai oam oan oang oanh oap oat oay oc oe oen oeo oet oi om on ong "
    "ooc oong op ot u ua uan uang uat uau uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou "
    "up ut uu uy uya uych uyen uyet uynh uyt uyu y ych yen yet ynh yt "
)
_ALONE = _listed(
    "a ac ach ai am an ang anh ao ap at au ay e ech em en eo ep et i ia ich im in inh it iu o oai oan oang "
    "oanh oc oe oi om on ong op ot u ua uc ui um un ung uoc uoi uom uon uong uop uot up ut uu uy uyen uynh y "
    "yem yen yet yeu "
)
SYLLABLES = frozenset(onset + rhyme for onset, rhyme in itertools.product(_ONSETS, _RHYMES)) | frozenset(_ALONE)
"""What a Vietnamese syllable can look like without its accents; rather too many than too few."""

_TELEX_TONE = re.compile("[sfrxj]+$")
_TELEX = re.compile("(?<=.)[sfrxjw]")
_DIGITS = re.compile(r"^([a-z]{2,})\d$")
_UNITS = re.compile(r"^(\d+)(tr|trieu|k|p|ph|h|g|t)\d?$")
_UNIT_WORDS = {
    "tr": "triệu",
    "trieu": "triệu",
    "k": "nghìn",
    "p": "phút",
    "ph": "phút",
    "h": "giờ",
    "g": "giờ",
    "t": "tuổi",
}
_SOUNDS = (
    (re.compile("(?<=[aeiouy])h$"), "nh"),
    (re.compile("(?<=[aeiouy])g$"), "ng"),
    (re.compile("^(?:dz|z|j)(?=[aeiouy])"), "d"),
    (re.compile("^w(?=[aeiy])"), "qu"),
    (re.compile("^f"), "ph"),
    (re.compile("^k(?=[aou])"), "c"),
    (re.compile("^(n?g)(?=[eiy])"), r"\1h"),
    (re.compile("(?<=[aeiou])j$"), "i"),
    (re.compile("(?<=[aeiou])k$"), "c"),
)
"""One letter for a sound, as teenagers write."""


@functools.cache
def abbreviations() -> Mapping[str, tuple[Word, ...]]:
    """What people agree on, from `spelling.toml`."""
    text = resources.files("messages.meaning").joinpath("spelling.toml").read_text(encoding="utf-8")
    return {short: tuple(words(meant)) for short, meant in tomllib.loads(text).items()}


def mended(typed: Iterable[Word], known: frozenset[str]) -> list[Word]:
    """The words with slips mended; `known` are further words that must stay as they are. Linear; never raises."""
    short = abbreviations()
    said: list[Word] = []
    for word in typed:
        meant = short.get(word.plain)
        if meant is not None:
            said.extend(one._replace(clause=word.clause) for one in meant)
        elif word.plain[0].isdigit():
            said.extend(_counted(word))
        elif word.plain in SYLLABLES or word.plain in known or not word.plain.isascii():
            said.append(word)
        else:
            said.extend(_mend(word, known))
    return said


def _counted(word: Word) -> Iterator[Word]:
    """A number with its unit: "50tr" is "50 triệu"."""
    parted = _UNITS.match(word.plain)
    if parted is None:
        yield word
        return
    yield word._replace(plain=parted.group(1))
    yield words(_UNIT_WORDS[parted.group(2)])[0]._replace(clause=word.clause)


def _mend(word: Word, known: frozenset[str]) -> Iterator[Word]:
    for meant in _readings(word.plain):
        if meant in SYLLABLES:
            short = abbreviations().get(meant)
            if short is not None:
                yield from (one._replace(clause=word.clause) for one in short)
            else:
                yield word._replace(plain=meant)
            return
    parts = _apart(word.plain, known) if len(word.plain) <= LONGEST_RUN else ()
    if parts:
        yield from (Word(part, frozenset(), word.clause) for part in parts)
    else:
        yield word


def _readings(plain: str) -> Iterator[str]:
    """What a word that is no syllable may stand for, the likeliest first."""
    numbered = _DIGITS.match(plain)
    if numbered is not None:
        yield numbered.group(1)
    toneless = _TELEX_TONE.sub("", plain)
    yield toneless
    yield toneless.replace("w", "").replace("uu", "u")
    yield plain.replace("uu", "u")
    yield _TELEX.sub("", plain)
    for pattern, sound in _SOUNDS:
        if pattern.search(plain):
            once = pattern.sub(sound, plain)
            yield once
            for other, another in _SOUNDS:
                yield other.sub(another, once)


def _apart(run: str, known: frozenset[str]) -> tuple[str, ...]:
    """Words run together, taken apart into two or three, each at least two letters and one of ours."""
    for cut in range(2, len(run) - 1):
        first, rest = run[:cut], run[cut:]
        if first in known and rest in known:
            return first, rest
    for one, other in itertools.combinations(range(2, len(run) - 1), 2):
        parts = run[:one], run[one:other], run[other:]
        if all(part in known and len(part) > 2 for part in parts):
            return parts
    return ()
