"""`baotin qr`: the poster of a ward, with the codes that open the conversation."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.ending import CannotDo, note, settings_or_end, work
from bot.commands.messengers import TELEGRAM, chat_link
from bot.commands.ward import known, name_of
from bot.settings import PREFIX, Settings
from bot.wards.poster import Way, codes, page
from messages.catalogue import Catalogue
from messages.language import LANGUAGES, Language
from storage.records import Ward, WardCode
from storage.store import Store


def qr(
    ward: Annotated[str, typer.Option(metavar="CODE", help="The ward's code.")],
    *,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go; made if it is not there.")] = Path(),
    language: Annotated[str, typer.Option(help=f"Of the poster's words: {', '.join(LANGUAGES)}.")] = LANGUAGES[0],
) -> None:
    """Make a ward's poster: codes as SVG and PNG, and a page to print with the emergency numbers and the duty phone.

    \b
    Example:
      baotin qr --ward 00103 --to poster
    """
    settings = settings_or_end()
    chosen = next((one for one in LANGUAGES if one == language), None)
    if chosen is None:
        raise typer.BadParameter(f"must be one of {', '.join(LANGUAGES)}", param_hint="--language")

    async def made(store: Store) -> list[Path]:
        found = await known(store, ward)
        if not found.served:
            raise CannotDo(f"{name_of(found)} is not served here; first: baotin ward enable {ward}")
        return write_poster(settings, found, ways=await ways_to(settings, found.code), folder=to, language=chosen)

    for path in work(made):
        typer.echo(path)


async def ways_to(settings: Settings, ward: WardCode) -> list[Way]:
    """How residents of a ward reach us: by the messenger that is set, and by the web page if the world can open it."""
    ways = []
    link = await chat_link(settings, f"w_{ward}")
    if link is not None:
        ways.append(Way("chat", link, TELEGRAM))
    if settings.public_url is not None:
        ways.append(Way("web", f"{settings.public_url}/?w={ward}"))
    elif ways:
        note(f"The web page is left out: nobody else can open it until {PREFIX}PUBLIC_URL is set.")
    return ways


def write_poster(settings: Settings, ward: Ward, *, ways: list[Way], folder: Path, language: Language) -> list[Path]:
    """Write the files of a poster; raises CannotDo when there is no way that it could show."""
    if not ways:
        raise CannotDo(f"there is nothing to open yet: set {PREFIX}TELEGRAM_TOKEN or {PREFIX}PUBLIC_URL first")
    if not ward.phone:
        note(f"warning: the poster has no duty phone; baotin ward enable {ward.code} --phone PHONE")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for way in ways:
        for ending, content in codes(way).items():
            path = folder / f"baotin-{ward.code}-{way.name}.{ending}"
            path.write_bytes(content)
            written.append(path)
    printed = folder / f"baotin-{ward.code}.html"
    catalogue = Catalogue(settings.timezone)
    printed.write_text(page(ward, ways, catalogue=catalogue, language=language, trial=settings.trial), encoding="utf-8")
    return [*written, printed]
