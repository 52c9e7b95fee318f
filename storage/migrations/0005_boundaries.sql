-- The borders of wards, where an operator has loaded them: well-known binary (WKB), degrees, longitude first.
CREATE TABLE boundaries (
    ward TEXT NOT NULL PRIMARY KEY REFERENCES wards (code) ON DELETE CASCADE,
    shape BLOB NOT NULL
) STRICT, WITHOUT ROWID;
