-- Wrong guesses become one of several tallies of what an address did in a day; the one answer to an album of photos is
-- found again, so that its count can be edited.
ALTER TABLE guesses RENAME TO tallies;
ALTER TABLE tallies RENAME COLUMN wrong TO count;
CREATE TABLE albums (
    chat BLOB NOT NULL,
    album BLOB NOT NULL,
    message TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (chat, album)
) STRICT, WITHOUT ROWID;
