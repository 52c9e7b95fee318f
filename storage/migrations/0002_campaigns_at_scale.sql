-- Campaigns at scale: their lines seal nothing and know their channel, campaigns can be paused, corrected and recalled,
-- and what a paid broadcast costs is counted.
ALTER TABLE lines RENAME TO lines_before;
DROP INDEX lines_due;
DROP INDEX lines_chat;
DROP INDEX lines_reporter;
DROP INDEX lines_card;
CREATE TABLE lines (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    lane INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    due_at INTEGER NOT NULL,
    owed_at INTEGER NOT NULL,
    expires_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    channel TEXT NOT NULL DEFAULT '',
    chat BLOB NOT NULL,
    question INTEGER NOT NULL DEFAULT 0,
    sealed BLOB,
    card TEXT,
    campaign TEXT,
    reporter TEXT
) STRICT;
INSERT INTO lines (id, lane, state, due_at, owed_at, expires_at, attempts, reason, chat, sealed, card, campaign, reporter)
SELECT id, CASE WHEN lane = 3 THEN 4 ELSE lane END, state, due_at, owed_at, expires_at, attempts, reason,
    CASE WHEN campaign IS NULL THEN chat ELSE X'' END, CASE WHEN campaign IS NULL THEN sealed END, card, campaign, reporter
FROM lines_before WHERE campaign IS NULL OR state IN ('waiting', 'claimed');
DROP TABLE lines_before;
CREATE INDEX lines_due ON lines (state, lane, due_at, id) WHERE campaign IS NULL;
CREATE INDEX lines_campaign ON lines (campaign, state, lane, id) WHERE campaign IS NOT NULL;
CREATE UNIQUE INDEX lines_reporter ON lines (reporter, campaign) WHERE campaign IS NOT NULL;
CREATE INDEX lines_chat ON lines (chat, state);
CREATE INDEX lines_card ON lines (card) WHERE card IS NOT NULL;
ALTER TABLE campaigns RENAME TO campaigns_before;
DROP INDEX campaigns_due;
DROP INDEX campaigns_author;
CREATE TABLE campaigns (
    id TEXT NOT NULL PRIMARY KEY,
    wards TEXT NOT NULL,
    words TEXT NOT NULL,
    said TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    edition INTEGER NOT NULL DEFAULT 1,
    author TEXT NOT NULL,
    approved_by TEXT,
    repeats TEXT NOT NULL DEFAULT 'once',
    starts_at INTEGER NOT NULL,
    lasts INTEGER NOT NULL DEFAULT 86400000,
    due_at INTEGER,
    began_at INTEGER,
    expires_at INTEGER,
    cursor TEXT NOT NULL DEFAULT '',
    amends TEXT NOT NULL DEFAULT '',
    amend_cursor TEXT NOT NULL DEFAULT '',
    audience INTEGER NOT NULL DEFAULT 0,
    owed INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0,
    expired INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    muted INTEGER NOT NULL DEFAULT 0,
    amended INTEGER NOT NULL DEFAULT 0,
    missed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO campaigns (id, wards, words, status, version, author, approved_by, repeats, starts_at, due_at, began_at,
    expires_at, cursor, audience, owed, sent, gone, refused, unknown)
SELECT id, wards, words, status, version, author, approved_by, repeats, starts_at, due_at, due_at,
    due_at + 86400000, cursor, audience, audience, sent, gone, refused, unknown
FROM campaigns_before;
DROP TABLE campaigns_before;
CREATE INDEX campaigns_due ON campaigns (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX campaigns_amends ON campaigns (amends) WHERE amends <> '';
CREATE INDEX campaigns_author ON campaigns (author, starts_at);
CREATE TABLE notices (
    campaign TEXT NOT NULL,
    reporter TEXT NOT NULL,
    edition INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (campaign, reporter)
) STRICT, WITHOUT ROWID;
CREATE TABLE spending (
    what TEXT NOT NULL PRIMARY KEY,
    tenths INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
