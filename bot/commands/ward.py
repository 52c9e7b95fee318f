"""`baotin ward …`: which wards there are, which are served here, and their police as residents reach it."""

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.commands.ending import WRONG_USE, CannotDo, end, settings_or_end, work
from bot.commands.lines import Answered, Asked, answer_each
from bot.settings import PREFIX
from bot.wards.book import WardBook, by_name
from bot.wards.borders import BadBoundaries, read_boundaries
from messages.meaning.folding import words
from messages.meaning.places.gazetteer import UnitName
from messages.meaning.places.resolving import Places
from messages.place_names import full_name
from storage import wards
from storage.records import OfficerId, Ward, WardCode
from storage.store import Store
from storage.tips import log
from storage.ward_file import BadWardFile, WardFile, read_ward_file, shipped_names

OPERATOR = OfficerId("operator")
"""Stands in the log where somebody did something by command; names nobody."""
LONGEST = 200
"""Characters of a phone number, an address or hours, which residents read within one message."""
DIGITS: Final = 3
"""What the shortest number that can be called has, such as 113."""

commands = typer.Typer(help="Wards: find, list, enable, disable, import.", no_args_is_help=True, rich_markup_mode=None)

Code = Annotated[str, typer.Argument(metavar="CODE", help="The ward's five digits, as `baotin ward list` shows them.")]


@commands.command("list")
def list_wards(
    served: Annotated[bool, typer.Option("--served", help="Only wards that are served here.")] = False,
    find: Annotated[str, typer.Option(metavar="TEXT", help="Only wards called so; accents may be left out.")] = "",
) -> None:
    """List wards: code, name, province, and the phone of those served.

    \b
    Example:
      baotin ward list --find "tay ho"
      baotin ward list --served
    """

    async def listed(store: Store) -> list[Ward]:
        every = await (wards.served(store) if served else wards.all_wards(store))
        return called(every, find) if find.strip() else sorted(every, key=by_name)

    found = work(listed)
    for ward in found:
        state = f"  served  {ward.phone or '(no phone)'}" if ward.served else ""
        typer.echo(f"{ward.code}  {name_of(ward)}, {ward.province}{state}")
    if not found:
        end("there is no such ward" if find else "no ward is served; `baotin ward enable CODE`")


def called(every: list[Ward], told: str) -> list[Ward]:
    """The wards that a text names, or whose name or province contains it; the best first."""
    sure = WardBook(every).called(told)
    wanted = plain(told)
    like = [ward for ward in every if wanted in plain(ward.name) or wanted in plain(ward.province)]
    return list(dict.fromkeys([*sure, *sorted(like, key=by_name)]))


def plain(text: str) -> str:
    """A text as it is compared: words without accents, with blanks around, so that only whole words agree."""
    return f" {' '.join(word.plain for word in words(text))} "


@commands.command()
def enable(
    code: Code,
    *,
    phone: Annotated[
        str | None, typer.Option(help="The phone residents reach the ward's police on, day and night.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="Where its office is.")] = None,
    hours: Annotated[str | None, typer.Option(help="When its office is open, as residents read it.")] = None,
    promise: Annotated[
        str | None, typer.Option(help="What the unit promises who sends a tip, in its own words.")
    ] = None,
) -> None:
    """Serve a ward, or change its phone, office or hours; what is not given stays as it was.

    \b
    Example:
      baotin ward enable 00103 --phone "024 3829 0000" --office "12 Yen Phu" --hours "7:30-17:30"
    """
    told = [None if phone is None else phone_line(phone)]
    told += [None if text is None else one_line(text) for text in (office, hours, promise)]
    now = datetime.now(UTC)

    async def enabled(store: Store) -> Ward:
        ward = await known(store, code)
        act = wards.enable(ward.code, told[0], office=told[1], hours=told[2], promise=told[3])
        await store.db.commit([act, log(OPERATOR, what="enabled-ward", at=now, detail=ward.code)])
        return await known(store, code)

    ward = work(enabled)
    typer.echo(f"{name_of(ward)} ({ward.code}) is served. Phone: {ward.phone or 'none yet, add it with --phone'}")


@commands.command()
def disable(code: Code) -> None:
    """Stop serving a ward: new tips for it go to the fallback desk. Its officers keep what they have.

    \b
    Example:
      baotin ward disable 00103
    """
    if code in settings_or_end().wards:
        end(f"{code} stands in {PREFIX}WARDS, which serves it again; take it out there first")
    now = datetime.now(UTC)

    async def disabled(store: Store) -> Ward:
        ward = await known(store, code)
        await store.db.commit([wards.disable(ward.code), log(OPERATOR, what="disabled-ward", at=now, detail=ward.code)])
        return ward

    ward = work(disabled)
    typer.echo(f"{name_of(ward)} ({ward.code}) is no longer served.")


@commands.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False, readable=True)],
    whole: Annotated[
        bool, typer.Option("--whole", help="The file is the whole list: take off what is not in it.")
    ] = False,
) -> None:
    """Bring the list of wards up to date from a CSV file; what is set for a ward stays.

    Columns: code, name, kind (phuong, xa or dac-khu), province_code, latitude, longitude, and if you like
    neighbourhoods ("Name 1; Name 2"). Wards that are served, or that a tip names, stay even with --whole.

    \b
    Example:
      baotin ward import wards.csv
    """
    now = datetime.now(UTC)

    async def imported(store: Store) -> tuple[int, int]:
        units = read(file)
        before = await wards.all_wards(store)
        gone = {ward.code for ward in before} - {WardCode(unit.code) for unit in units.units} if whole else set()
        writes = [*wards.replace_units(units), *(wards.retire(code) for code in sorted(gone))]
        await store.db.commit([*writes, log(OPERATOR, what="imported-wards", at=now, detail=str(len(units.units)))])
        return len(units.units), len(await wards.all_wards(store))

    read_count, listed = work(imported)
    typer.echo(f"{read_count:,} wards read from {file}; the list now has {listed:,}.")


@commands.command("import-boundaries")
def import_boundaries(
    file: Annotated[Path, typer.Argument(metavar="FILE.geojson", exists=True, dir_okay=False, readable=True)],
    code_property: Annotated[
        str, typer.Option(metavar="NAME", help="The property of a feature that holds the ward's five-digit code.")
    ] = "code",
) -> None:
    """Load the borders of wards, instead of those loaded before: a shared position then gives the exact ward.

    GeoJSON in degrees (WGS 84), a Polygon or MultiPolygon for each ward. Needs the extra: pip install
    'baotin[boundaries]'.

    \b
    Example:
      baotin ward import-boundaries wards.geojson --code-property ma_xa
    """
    now = datetime.now(UTC)

    async def imported(store: Store) -> tuple[int, int]:
        try:
            shapes = read_boundaries(file, column=code_property)
        except BadBoundaries as error:
            raise CannotDo(f"{file}: {error}") from error
        listed = {ward.code for ward in await wards.all_wards(store)}
        ours = {code: shape for code, shape in shapes.items() if code in listed}
        what = "imported-boundaries"
        await store.db.commit([*wards.bound(ours), log(OPERATOR, what=what, at=now, detail=str(len(ours)))])
        return len(ours), len(shapes) - len(ours)

    kept, unknown = work(imported)
    beside = f" {unknown:,} have a code that is not in the list; left out." if unknown else ""
    typer.echo(f"The borders of {kept:,} wards are loaded.{beside}")


@commands.command("find")
def find_wards(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What somebody wrote; - reads lines of standard input.")],
    *,
    province: Annotated[str, typer.Option(metavar="NAME", help="The province they are thought to be in.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    why: Annotated[bool, typer.Option("--why", help="List the evidence.")] = False,
) -> None:
    """Find the ward that somebody means, also by names from before July 2025. Needs no installation, asks no service.

    Several wards: the name may mean any of them, and the bot would ask. A line of standard input may be a JSON object
    with "text" and, if you like, "context_province".

    \b
    Example:
      baotin ward find "p ben nghe q1"
      baotin ward find --json --province "Ha Noi" - < lines.txt
    """
    names = {name[0]: UnitName(*name) for name in shipped_names()}
    places = Places(names.values())
    gc.freeze()  # the tables stay as they are; going through them at every collection would cost 20 ms now and then

    def answer(asked: Asked) -> Answered:
        found = places.resolve(asked.text, asked.context.get("context_province") or province or None)
        units = [names[code] for code in found.wards]
        told = [
            {"code": unit.code, "name": full_name(unit.kind, unit.name, language="vi"), "province": unit.province}
            for unit in units
        ]
        values: dict[str, object] = {"wards": told, "ambiguous": len(units) > 1}
        lines = [f"{one['code']}  {one['name']}, {one['province']}" for one in told] or ["no ward is named"]
        if len(units) > 1:
            lines.insert(0, f"may be any of {len(units)}:")
        if why:
            values["why"] = list(found.evidence)
            lines += [f"  {line}" for line in found.evidence]
        return Answered(values, "\n".join(lines))

    answer_each(text, answer, as_json=as_json)


def read(file: Path) -> WardFile:
    """The file, checked; raises CannotDo with line and column of the first thing wrong."""
    try:
        return read_ward_file(file)
    except BadWardFile as error:
        raise CannotDo(f"{file}: {error}") from error


async def known(store: Store, code: str) -> Ward:
    """The ward of a code; raises CannotDo."""
    ward = await wards.ward(store, WardCode(code))
    if ward is None:
        raise CannotDo(f"there is no ward {code}; `baotin ward list --find NAME` shows codes", code=WRONG_USE)
    return ward


def name_of(ward: Ward) -> str:
    """How an operator reads a ward's name."""
    return full_name(ward.kind, ward.name, language="en")


def phone_line(told: str) -> str:
    """A phone number as residents will read and dial it, or nothing; raises BadParameter."""
    line = one_line(told)
    if line and sum(letter.isdecimal() for letter in line) < DIGITS:
        raise typer.BadParameter("this is no phone number")
    return line


def one_line(told: str) -> str:
    """A text as residents will read it, on one line; raises BadParameter when it is too long."""
    line = " ".join(told.split())
    if len(line) > LONGEST:
        raise typer.BadParameter(f"this is longer than {LONGEST} characters")
    return line
