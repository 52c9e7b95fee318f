"""The schema as it is today, and the way to get there, are the same."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from storage.migrate import migrate, schema_of


def test_schema_sql_equals_what_the_migrations_build(tmp_path: Path) -> None:
    path = tmp_path / "baotin.db"
    migrate(path)
    with sqlite3.connect(path) as built, sqlite3.connect(":memory:") as written:
        written.executescript((files("storage") / "schema.sql").read_text(encoding="utf-8"))
        assert schema_of(built) == schema_of(written)
    built.close()
    written.close()


def test_no_table_holds_a_tip_beside_a_reporter_in_plain_columns() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript((files("storage") / "schema.sql").read_text(encoding="utf-8"))
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    joined = []
    for table in tables:
        columns = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
        tip = "tip" in columns or table == "tips"
        reporter = (
            any(columns.get(name) == "TEXT" for name in ("reporter", "address", "session")) or table == "reporters"
        )
        if tip and reporter:
            joined.append(table)
    connection.close()
    assert joined == [], f"a plain column joins a tip to a reporter in {joined}"
