"""The poster of a ward: codes that open the conversation, the emergency numbers, and how the unit is reached.

Pure: what is told becomes files' contents. Codes are drawn as SVG, as PNG, and on a page for the printer that needs
nothing beside it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from messages.catalogue import Catalogue
from messages.language import Language
from messages.phrase import Phrase, phrase
from messages.place_names import full_name
from storage.records import Ward

PAGES: Final = Path(__file__).parent.parent / "pages"
CORRECTION: Final = "q"
"""A quarter of the code may be dirty, torn or scribbled on."""
QUIET: Final = 4
"""Modules of white around a code: what readers need (ISO/IEC 18004)."""
PIXELS: Final = 16
"""Of a module in the PNG: some 600 pixels in all, sharp at 6 cm in print."""
FIXED: Final = ("lead", "reach", "emergency", "police", "fire", "ambulance")


@dataclass(frozen=True, slots=True)
class Way:
    """A way to us: where a code leads, the name of its files, and the app it opens (empty for the web page)."""

    name: str
    address: str
    app: str = ""


def codes(way: Way) -> dict[str, bytes]:
    """The files of one code, by ending."""
    code = segno.make(way.address, error=CORRECTION, micro=False)
    svg, png = io.BytesIO(), io.BytesIO()
    code.save(svg, kind="svg", border=QUIET, scale=4)
    code.save(png, kind="png", border=QUIET, scale=PIXELS)
    return {"svg": svg.getvalue(), "png": png.getvalue()}


def page(ward: Ward, ways: Sequence[Way], *, catalogue: Catalogue, language: Language, trial: bool = False) -> str:
    """The page for the printer: A4, in one file."""
    name = full_name(ward.kind, ward.name, language=language)
    if language == "vi":
        name = name[0].lower() + name[1:]
    words = {key: catalogue.words(Phrase(f"poster-{key}"), language) for key in FIXED}
    words["title"] = catalogue.words(phrase("poster-title", ward=name), language)
    words["trial"] = catalogue.words(Phrase("poster-trial"), language) if trial else ""
    told = {"phone": ward.phone, "office": ward.office, "hours": ward.hours}
    unit = [
        catalogue.words(Phrase(f"poster-{key}", {"ward": name, key: value}), language)
        for key, value in told.items()
        if value
    ]
    environment = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
    shown = [
        {"svg": _inline(way), "words": _caption(way, catalogue, language=language), "address": way.address}
        for way in ways
    ]
    return environment.get_template("poster.html").render(lang=language, words=words, ways=shown, unit=unit)


def _inline(way: Way) -> Markup:
    code = segno.make(way.address, error=CORRECTION, micro=False)
    return Markup(code.svg_inline(border=QUIET, omitsize=True))  # noqa: S704 -- drawn here, of modules alone


def _caption(way: Way, catalogue: Catalogue, *, language: Language) -> str:
    if way.app:
        return catalogue.words(phrase("poster-chat", app=way.app), language)
    return catalogue.words(Phrase("poster-page"), language)
