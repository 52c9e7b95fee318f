-- Answers that a fire officer keeps for whoever asks the like: in words of the officer's own, naming nobody.
CREATE TABLE additions (
    id TEXT NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    asked TEXT NOT NULL,
    answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX additions_newest ON additions (added_at);
