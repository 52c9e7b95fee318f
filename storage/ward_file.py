"""The list of commune-level units: as packaged, and as an installation brings its own for `baotin ward import`."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, NoReturn, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

MOST_BYTES = 20_000_000
"""A file larger than this is no list of units (the packaged one has 0.2 MB, without neighbourhoods)."""

MOST_NEIGHBOURHOODS = 1000
"""Far above any ward's number of tổ dân phố; a longer list is a mistake in the file."""

KINDS_IN_FRONT = ("phường ", "xã ", "đặc khu ")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
ProvinceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]

M = TypeVar("M", bound=BaseModel)

REASONS = {
    ("code", "string_pattern_mismatch"): "must be five digits; leading zeros count",
    ("province_code", "string_pattern_mismatch"): "must be two digits; leading zeros count",
    ("kind", "literal_error"): "must be phuong, xa or dac-khu",
}
"""What to say instead of the validator's own words, where those show a pattern."""


class BadWardFile(ValueError):
    """A list of units that cannot be used; says in which line and column (field) and why."""

    def __init__(self, reason: str, *, line: int, field: str = "") -> None:
        self.reason, self.line, self.field = reason, line, field
        place = f"line {line}, column {field}" if field else f"line {line}"
        super().__init__(f"{place}: {reason}")


class Province(BaseModel):
    """A province or centrally run city."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: ProvinceCode
    name: Name
    kind: Literal["tinh", "thanh-pho"]


class Unit(BaseModel):
    """A commune-level unit, the ward we route by. The centre is in degrees (WGS 84)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
    name: Name
    """Without its kind: "Tây Hồ", not "Phường Tây Hồ"."""
    kind: Literal["phuong", "xa", "dac-khu"]
    province_code: ProvinceCode
    # Việt Nam with its islands lies within these; they also catch latitude and longitude swapped, and 0,0.
    latitude: Annotated[float, Field(ge=6, le=24)]
    longitude: Annotated[float, Field(ge=102, le=118)]
    neighbourhoods: tuple[Name, ...] = Field(default=(), max_length=MOST_NEIGHBOURHOODS)
    """Tổ dân phố, thôn or khu phố of the ward."""

    @field_validator("name")
    @classmethod
    def is_without_kind(cls, name: str) -> str:
        """Refuse "Phường Tây Hồ": the kind would be said twice wherever the name is shown."""
        if name.casefold().startswith(KINDS_IN_FRONT):
            raise ValueError("must not begin with the kind, which has its own column")
        return name

    @field_validator("latitude", "longitude", mode="before")
    @classmethod
    def read_decimal_comma(cls, told: object) -> object:
        """Read "21,0386", as a spreadsheet set to Vietnamese writes it."""
        return told.replace(",", ".") if isinstance(told, str) else told

    @field_validator("neighbourhoods", mode="before")
    @classmethod
    def split_neighbourhoods(cls, told: object) -> object:
        """Read "Tổ 1; Tổ 2" as two names; empty ones and repetitions are dropped."""
        if isinstance(told, str):
            return tuple(dict.fromkeys(name.strip() for name in told.split(";") if name.strip()))
        return told


class WardFile(BaseModel):
    """A checked list: every ward's province is among the provinces, no code stands twice."""

    model_config = ConfigDict(frozen=True)

    provinces: tuple[Province, ...]
    units: tuple[Unit, ...]

    @classmethod
    def of(cls, provinces: tuple[Province, ...], numbered: Iterator[tuple[int, Unit]]) -> Self:
        """Gather units with their line numbers, checking what only shows between lines."""
        known = {province.code for province in provinces}
        lines: dict[str, int] = {}
        units: list[Unit] = []
        for line, unit in numbered:
            if unit.province_code not in known:
                raise BadWardFile("there is no province with this code", line=line, field="province_code")
            if unit.code in lines:
                raise BadWardFile(f"this code stands in line {lines[unit.code]} already", line=line, field="code")
            lines[unit.code] = line
            units.append(unit)
        if not units:
            raise BadWardFile("the list is empty", line=2)
        return cls(provinces=provinces, units=tuple(units))


def read_ward_file(path: Path) -> WardFile:
    """Read a list in the layout of storage/units/wards.csv, with an optional column neighbourhoods ("Tổ 1; Tổ 2").

    UTF-8 with or without a byte order mark, any line ends, columns in any order. As spreadsheets write it: separated by
    commas, semicolons or tabs, decimal point or comma. Raises BadWardFile at the first thing wrong, OSError when the
    file cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadWardFile(f"the file is larger than {MOST_BYTES:,} bytes", line=1)
    return WardFile.of(shipped_provinces(), _units(_text(content)))


def shipped_units() -> WardFile:
    """The packaged list: 34 provinces, 3,321 wards (storage/units/NOTICE.md says where it comes from)."""
    return WardFile.of(shipped_provinces(), _units(_packaged("wards.csv")))


def shipped_names() -> Iterator[tuple[str, str, str, str]]:
    """Code, kind, name and province of every ward of the packaged list, unchecked: in a tenth of the time."""
    provinces = {row["code"]: row["name"] for row in csv.DictReader(io.StringIO(_packaged("provinces.csv")))}
    for row in csv.DictReader(io.StringIO(_packaged("wards.csv"))):
        yield row["code"], row["kind"], row["name"], provinces[row["province_code"]]


def shipped_provinces() -> tuple[Province, ...]:
    """The 34 provinces and centrally run cities, by code."""
    rows = _rows(_packaged("provinces.csv"), model=Province)
    return tuple(_valid(Province, row, line=line) for line, row in rows)


def _packaged(name: str) -> str:
    return files("storage").joinpath("units", name).read_text(encoding="utf-8")


def _text(content: bytes) -> str:
    try:
        # Composed letters, as everything we compare with is: some systems write a letter and its marks apart.
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadWardFile("not UTF-8; save the file as “CSV UTF-8”", line=line) from error


def _units(text: str) -> Iterator[tuple[int, Unit]]:
    for line, row in _rows(text, model=Unit):
        yield line, _valid(Unit, row, line=line)


def _rows(text: str, *, model: type[BaseModel]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows under the header as dictionaries, each with the number of its (last) line. Blank lines are skipped."""
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        _check_columns(columns, model=model)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                raise BadWardFile(f"{len(cells)} cells under {len(columns)} columns", line=reader.line_num)
            yield reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise BadWardFile(f"not readable as CSV ({error})", line=reader.line_num) from error


def _check_columns(columns: list[str], *, model: type[BaseModel]) -> None:
    """A misspelled optional column must not be dropped in silence, so that unknown ones are refused as well."""
    for name, field in model.model_fields.items():
        if field.is_required() and name not in columns:
            raise BadWardFile(f"missing; needed are {', '.join(_needed(model))}", line=1, field=name)
    for name in columns:
        if name not in model.model_fields:
            raise BadWardFile("unknown column", line=1, field=name or "(without a name)")
        if columns.count(name) > 1:
            raise BadWardFile("stands twice", line=1, field=name)


def _needed(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _valid(model: type[M], row: Mapping[str, str], *, line: int) -> M:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        _refuse(error, line=line)


def _refuse(error: ValidationError, *, line: int) -> NoReturn:
    first = error.errors(include_url=False, include_input=False)[0]
    field = str(first["loc"][0])
    reason = REASONS.get((field, first["type"])) or first["msg"].removeprefix("Value error, ")
    raise BadWardFile(reason, line=line, field=field) from error
