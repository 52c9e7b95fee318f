"""The borders of wards: read from an operator's file, and which ward a position lies in.

Needs shapely, an optional extra (`pip install baotin[boundaries]`); without it a position gives nearest centres only.
"""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from messages.incoming import Point
from storage.records import WardCode

MOST_BYTES: Final = 500_000_000
"""A larger file is not read; the country's communes in full detail are some 200 MB."""
WIDEST: Final = (102.0, 6.0, 118.0, 24.0)
"""Việt Nam with its islands lies within these degrees: west, south, east, north. They catch swapped co-ordinates."""


class BadBoundaries(ValueError):
    """A file of borders that cannot be used; says which feature and why."""


def _shapely() -> Any:  # it publishes no types
    """The extra's module, loaded only where it is used: it brings numpy, some 30 MB. None where it is not installed."""
    try:
        return import_module("shapely")
    except ImportError:
        return None


def may_be_used() -> bool:
    """Whether the extra is installed that borders need."""
    return _shapely() is not None


class Borders:
    """Which ward a position lies in, in microseconds."""

    def __init__(self, shapes: Mapping[WardCode, bytes]) -> None:
        """`shapes` are WKB in degrees, longitude first. Without shapely they are kept and not used."""
        self.shapes = dict(shapes)
        self._codes = list(self.shapes)
        self._shapely: Any = _shapely() if self.shapes else None
        self._tree: Any = None
        if self._shapely is not None:
            self._tree = self._shapely.STRtree(self._shapely.from_wkb(list(self.shapes.values())))

    def around(self, point: Point) -> list[WardCode]:
        """The wards whose border is around a point; two where the operator's borders overlap, none where they lack."""
        if self._tree is None:
            return []
        position = self._shapely.Point(point.longitude, point.latitude)
        found = self._tree.query(position, predicate="intersects")
        return sorted(self._codes[index] for index in found)


def read_boundaries(path: Path, *, column: str) -> dict[WardCode, bytes]:
    """The borders of a GeoJSON file (WGS 84), by the ward's five-digit code that each feature has under `column`.

    Several features of one ward are put together. Raises BadBoundaries, and OSError when the file cannot be read.
    """
    shapely = _shapely()
    if shapely is None:
        raise BadBoundaries("this needs shapely: pip install 'baotin[boundaries]'")
    if path.stat().st_size > MOST_BYTES:
        raise BadBoundaries(f"the file is larger than {MOST_BYTES:,} bytes")
    parts: dict[WardCode, list[Any]] = {}
    for number, feature in enumerate(_features(path), start=1):
        code, shape = _feature(feature, shapely, column=column, number=number)
        parts.setdefault(code, []).append(shape)
    return {code: shapely.to_wkb(shapely.union_all(shapes)) for code, shapes in sorted(parts.items())}


def _features(path: Path) -> Iterator[object]:
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadBoundaries("not readable as JSON in UTF-8") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not features:
        raise BadBoundaries("not a GeoJSON FeatureCollection with features")
    yield from features


def _feature(feature: object, shapely: Any, *, column: str, number: int) -> tuple[WardCode, Any]:
    """The ward and the shape of one feature, mended where its line crosses itself."""
    where = f"feature {number}"
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise BadBoundaries(f"{where}: no properties")
    told = feature["properties"].get(column)
    code = f"{told:05}" if isinstance(told, int) else str(told or "").strip()
    if len(code) != 5 or not code.isdecimal():
        raise BadBoundaries(f"{where}: no ward's five-digit code under {column!r} (--code-property NAME)")
    try:
        shape = shapely.from_geojson(json.dumps(feature.get("geometry")))
    except shapely.GEOSException as error:
        raise BadBoundaries(f"{where}: its geometry cannot be read") from error
    if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise BadBoundaries(f"{where}: must be a Polygon or MultiPolygon")
    west, south, east, north = shape.bounds
    if west < WIDEST[0] or south < WIDEST[1] or east > WIDEST[2] or north > WIDEST[3]:
        raise BadBoundaries(f"{where}: lies outside Vietnam; degrees of WGS 84 are needed, longitude first")
    return WardCode(code), shape if shape.is_valid else shapely.make_valid(shape)
