"""The borders of wards: read from an operator's file, and which ward a position lies in."""

import json
import sys
from pathlib import Path

import pytest

from bot.opening import open_store
from bot.settings import read_settings
from bot.wards.book import WardBook
from bot.wards.borders import BadBoundaries, Borders, read_boundaries
from bot.watch.doctor import look_at_borders
from messages.incoming import Point
from storage import wards
from storage.records import WardCode

pytest.importorskip("shapely", reason="the extra `boundaries` is not installed")

TAY_HO, PHU_THUONG = WardCode("00103"), WardCode("00091")
NORTH, SOUTH = Point(21.095, 105.82), Point(21.05, 105.82)


def square(west: float, south: float, *, size: float = 0.04) -> dict[str, object]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: object, geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {"ma": code}, "geometry": geometry}


def geojson(folder: Path, *features: object) -> Path:
    path = folder / "borders.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_a_position_lies_in_the_ward_whose_border_is_around_it(tmp_path: Path) -> None:
    path = geojson(tmp_path, feature("00103", square(105.8, 21.04)), feature(91, square(105.8, 21.08)))
    borders = Borders(read_boundaries(path, column="ma"))
    assert (borders.around(SOUTH), borders.around(NORTH)) == ([TAY_HO], [PHU_THUONG])
    assert borders.around(Point(10.7, 106.7)) == []
    assert Borders({}).around(SOUTH) == []


def test_two_features_of_one_ward_are_one_border_and_a_crossed_line_is_mended(tmp_path: Path) -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[105.8, 21.0], [105.9, 21.1], [105.9, 21.0], [105.8, 21.1], [105.8, 21.0]]],
    }
    path = geojson(tmp_path, feature("00103", bow), feature("00103", square(106.0, 21.04)))
    borders = Borders(read_boundaries(path, column="ma"))
    assert borders.around(Point(21.05, 106.02)) == borders.around(Point(21.05, 105.81)) == [TAY_HO]


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        ([], "not a GeoJSON FeatureCollection with features"),
        ([feature("103", square(105.8, 21.0))], "feature 1: no ward's five-digit code under 'ma'"),
        ([feature("00103", square(21.0, 105.8))], "feature 1: lies outside Vietnam"),
        ([feature("00103", {"type": "Point", "coordinates": [105.8, 21.0]})], "must be a Polygon or MultiPolygon"),
        ([feature("00103", {"type": "Polygon"})], "its geometry cannot be read"),
        (["x"], "feature 1: no properties"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(tmp_path: Path, features: list[object], reason: str) -> None:
    with pytest.raises(BadBoundaries, match=reason):
        read_boundaries(geojson(tmp_path, *features), column="ma")


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(BadBoundaries, match="not readable as JSON"):
        read_boundaries(path, column="ma")


async def test_a_book_with_borders_names_the_ward_around_a_position_first(tmp_path: Path) -> None:
    path = geojson(tmp_path, feature("00103", square(105.8, 21.08)))
    async with open_store(read_settings(_env_file=None, data=tmp_path / "data"), tell=lambda _: None) as store:
        book = await WardBook.read(store)
        by_centre = book.nearest(NORTH)
        assert by_centre[0].code != TAY_HO
        await store.db.commit(wards.bound(read_boundaries(path, column="ma")))
        await book.refresh(store)
        assert [ward.code for ward in book.nearest(NORTH)] == [
            TAY_HO,
            *(ward.code for ward in by_centre if ward.code != TAY_HO),
        ][:3]
        await store.db.commit(wards.bound({}))
        await book.refresh(store)
        assert book.nearest(NORTH) == by_centre


def test_the_doctor_tells_of_borders_only_where_they_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_at_borders(0) == []
    assert look_at_borders(3321)[0].mend == ""
    monkeypatch.setitem(sys.modules, "shapely", None)  # as where the extra is not installed
    assert "baotin[boundaries]" in look_at_borders(3321)[0].mend
    assert Borders({TAY_HO: b"x"}).around(SOUTH) == []
    with pytest.raises(BadBoundaries, match="needs shapely"):
        read_boundaries(Path("x.geojson"), column="code")
