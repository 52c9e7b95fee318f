-- Times are integers: milliseconds since 1970-01-01 UTC. Ids are random words that we make ourselves.
-- "sealed" columns are AES-GCM under the key named beside them; "found_by" columns are keyed hashes.

-- The wrapped keys of reporters, tips, drafts and questions. Destroying a row destroys what it seals.
CREATE TABLE keys (
    owner TEXT NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE installation (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE provinces (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE wards (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    province TEXT NOT NULL REFERENCES provinces (code),
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    neighbourhoods TEXT NOT NULL DEFAULT '',
    served INTEGER NOT NULL DEFAULT 0,
    phone TEXT NOT NULL DEFAULT '',
    office TEXT NOT NULL DEFAULT '',
    hours TEXT NOT NULL DEFAULT '',
    promise TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX wards_served ON wards (served, code);

-- The borders of wards, where an operator has loaded them: well-known binary (WKB), degrees, longitude first.
CREATE TABLE boundaries (
    ward TEXT NOT NULL PRIMARY KEY REFERENCES wards (code) ON DELETE CASCADE,
    shape BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Everybody who ever wrote to us and did not ask to be forgotten. Sealed under the reporter's key:
-- address, place, language, home ward, and the list of their tips (no plain column joins a tip to a reporter).
CREATE TABLE reporters (
    id TEXT NOT NULL PRIMARY KEY,
    found_by BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where an address stands in a conversation. Sealed under the reporter's key; the draft under its own tip's key.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    found_by BLOB NOT NULL UNIQUE,
    reporter TEXT NOT NULL REFERENCES reporters (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    draft BLOB,
    version INTEGER NOT NULL,
    remind_at INTEGER,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_remind_at ON sessions (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX sessions_expires_at ON sessions (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX sessions_reporter ON sessions (reporter);

CREATE TABLE heard (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX heard_at ON heard (at);

-- What we owe somebody. Sealed under the line key (of the master key): to whom, in which language, and what.
-- chat orders and paces the lines of one chat, channel is '' until it is known; a card's line names the card, a
-- campaign's line the campaign and the reporter, and both seal nothing. question: an unsent one is replaced by the next.
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
CREATE INDEX lines_due ON lines (state, lane, due_at, id) WHERE campaign IS NULL;
CREATE INDEX lines_campaign ON lines (campaign, state, lane, id) WHERE campaign IS NOT NULL;
CREATE UNIQUE INDEX lines_reporter ON lines (reporter, campaign) WHERE campaign IS NOT NULL;
CREATE INDEX lines_chat ON lines (chat, state);
CREATE INDEX lines_card ON lines (card) WHERE card IS NOT NULL;

-- A tip, once confirmed. Story, media and notes are sealed under the tip's key, and so is its reporter. rank is the place
-- of an open tip in the queue: 0 to 3 unclaimed, 4 to 7 claimed, the urgent first; NULL once it is closed or referred,
-- and while nobody has claimed it out of its desk's bundle. reopened: by its reporter, which happens once.
CREATE TABLE tips (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    ward TEXT NOT NULL REFERENCES wards (code),
    desk TEXT NOT NULL REFERENCES wards (code),
    category TEXT,
    urgency TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    owner TEXT,
    designation TEXT NOT NULL,
    reach TEXT NOT NULL,
    reachable INTEGER NOT NULL DEFAULT 1,
    open_ask TEXT,
    outcome TEXT,
    valuable INTEGER NOT NULL DEFAULT 0,
    filed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    due_at INTEGER,
    alerts INTEGER NOT NULL DEFAULT 0,
    receipt BLOB NOT NULL UNIQUE,
    reporter BLOB NOT NULL,
    rated INTEGER NOT NULL DEFAULT 0,
    reopened INTEGER NOT NULL DEFAULT 0,
    bundled INTEGER NOT NULL DEFAULT 0,
    rank INTEGER GENERATED ALWAYS AS (
        CASE WHEN status = 'new' AND bundled = 0 THEN 0 WHEN status IN ('claimed', 'asked') THEN 4 END
        + CASE urgency WHEN 'emergency' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END
    ) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX tips_queue ON tips (desk, rank, filed_at, id) WHERE rank IS NOT NULL;
CREATE INDEX tips_queues ON tips (rank, filed_at, id) WHERE rank IS NOT NULL;
CREATE INDEX tips_bundle ON tips (bundled, status, desk, filed_at, id) WHERE bundled = 1;
CREATE INDEX tips_status ON tips (status, desk, bundled);
CREATE INDEX tips_counted ON tips (desk, filed_at, status, outcome, valuable, category);
CREATE INDEX tips_due ON tips (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE numbers (
    series TEXT NOT NULL,
    year INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    PRIMARY KEY (series, year)
) STRICT, WITHOUT ROWID;

-- Everything said about a tip, by its reporter and by officers; sealed under the tip's key.
CREATE TABLE entries (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tip TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    officer TEXT,
    media TEXT,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX entries_tip ON entries (tip, seq);

-- The history of a tip: appended, never changed, and kept when the tip's key is destroyed.
CREATE TABLE events (
    seq INTEGER NOT NULL PRIMARY KEY,
    tip TEXT NOT NULL,
    at INTEGER NOT NULL,
    officer TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX events_tip ON events (tip, seq);

-- How a reporter finds an outcome: good, fair or bad, counted by ward and month. Neither tip nor person is named; the
-- words are sealed under a key of the installation's own.
CREATE TABLE ratings (
    id TEXT NOT NULL PRIMARY KEY,
    ward TEXT NOT NULL,
    month TEXT NOT NULL,
    rating TEXT NOT NULL,
    words BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX ratings_ward ON ratings (ward, month);

-- What was seen and done that belongs to no single tip (enrolments, roles, campaigns, settings).
CREATE TABLE log (
    seq INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    officer TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;

-- Photos and files on their way home: the platform's handle is sealed under the tip's key, the bytes lie in a sealed file.
CREATE TABLE media (
    id TEXT NOT NULL PRIMARY KEY,
    tip TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    handle BLOB NOT NULL,
    channel TEXT NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX media_tip ON media (tip);
CREATE INDEX media_due ON media (due_at) WHERE due_at IS NOT NULL;

-- The card of a tip in one officers' chat; place sealed under the officer key.
CREATE TABLE cards (
    id TEXT NOT NULL PRIMARY KEY,
    tip TEXT NOT NULL,
    chat BLOB NOT NULL,
    place BLOB NOT NULL,
    shared INTEGER NOT NULL,
    message TEXT,
    shown INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tip, chat)
) STRICT, WITHOUT ROWID;
CREATE INDEX cards_chat ON cards (chat);

-- Which of our messages in an officers' chat are about which tip: a reply to one is a note on it.
CREATE TABLE anchors (
    chat BLOB NOT NULL,
    message TEXT NOT NULL,
    tip TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (chat, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE officers (
    id TEXT NOT NULL PRIMARY KEY,
    found_by BLOB UNIQUE,
    sealed BLOB NOT NULL,
    status TEXT NOT NULL,
    on_duty INTEGER NOT NULL DEFAULT 0,
    enrolled_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE roles (
    officer TEXT NOT NULL REFERENCES officers (id) ON DELETE CASCADE,
    ward TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (officer, ward)
) STRICT, WITHOUT ROWID;
CREATE INDEX roles_ward ON roles (ward, role);

CREATE TABLE invites (
    code BLOB NOT NULL PRIMARY KEY,
    ward TEXT NOT NULL,
    role TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

-- An officer at the console, in one browser: found by the keyed hash of the secret in its cookie.
-- proved_at is when the second factor was last given, NULL where it never was; wrong counts tries at it since.
CREATE TABLE sign_ins (
    id BLOB NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL REFERENCES officers (id) ON DELETE CASCADE,
    began_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    proved_at INTEGER,
    wrong INTEGER NOT NULL DEFAULT 0,
    wrong_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_officer ON sign_ins (officer);
CREATE INDEX sign_ins_began_at ON sign_ins (began_at);

-- A one-time permission to sign in as an officer who is enrolled; only the code's keyed hash is kept.
CREATE TABLE passes (
    code BLOB NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL REFERENCES officers (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passes_expires_at ON passes (expires_at);

-- The secret an officer's second factor is made from, sealed under the console key. latest is the last time step whose
-- code was taken, so that no code works twice; confirmed once a first code has proved that the officer has it.
CREATE TABLE second_factors (
    officer TEXT NOT NULL PRIMARY KEY REFERENCES officers (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    confirmed INTEGER NOT NULL DEFAULT 0,
    latest INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- A group chat in which a ward's desk works; place sealed under the officer key.
CREATE TABLE groups (
    chat BLOB NOT NULL PRIMARY KEY,
    ward TEXT NOT NULL,
    place BLOB NOT NULL,
    linked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_ward ON groups (ward);

-- A fire-safety question on its way to an officer; words and asker sealed under the question's own key.
CREATE TABLE questions (
    id TEXT NOT NULL PRIMARY KEY,
    desk TEXT NOT NULL,
    topic TEXT,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    due_at INTEGER,
    alerts INTEGER NOT NULL DEFAULT 0,
    officer TEXT,
    words BLOB NOT NULL,
    answer BLOB,
    reporter BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX questions_desk ON questions (desk, status, asked_at);
CREATE INDEX questions_due ON questions (due_at) WHERE due_at IS NOT NULL;

-- Answers that a fire officer keeps for whoever asks the like: in words of the officer's own, naming nobody.
CREATE TABLE additions (
    id TEXT NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    asked TEXT NOT NULL,
    answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX additions_newest ON additions (added_at);

-- Whose campaigns somebody receives. themes is a comma list between commas, '' for all; neighbourhood is a keyed hash
-- and muted_until a day, 0 for never.
CREATE TABLE subscriptions (
    reporter TEXT NOT NULL REFERENCES reporters (id) ON DELETE CASCADE,
    ward TEXT NOT NULL,
    since INTEGER NOT NULL,
    themes TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT 'vi',
    neighbourhood TEXT NOT NULL DEFAULT '',
    muted_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (reporter, ward)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_ward ON subscriptions (ward, reporter, muted_until, themes, language, neighbourhood);
CREATE INDEX subscriptions_muted ON subscriptions (muted_until) WHERE muted_until > 0;

-- One broadcast. Its words are meant for everybody and lie open. wards is a comma list, * for all served; said is the
-- message as it goes out; edition counts its wordings; lasts is how long after its start it may still arrive; due_at is
-- set while there is anything to do for it. The counts say what became of its lines. photo is a media id; theme, language
-- and neighbourhoods (keyed hashes, their names sealed) narrow the audience, '' for everybody; lunar is the day of the
-- lunar calendar on which it repeats; announced_at is the repetition that was announced to the chiefs.
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
    missed INTEGER NOT NULL DEFAULT 0,
    english TEXT NOT NULL DEFAULT '',
    photo TEXT NOT NULL DEFAULT '',
    theme TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    neighbourhoods TEXT NOT NULL DEFAULT '',
    named BLOB,
    lunar TEXT NOT NULL DEFAULT '',
    announced_at INTEGER,
    emergency INTEGER NOT NULL DEFAULT 0,
    at_once INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX campaigns_due ON campaigns (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX campaigns_amends ON campaigns (amends) WHERE amends <> '';
CREATE INDEX campaigns_author ON campaigns (author, starts_at);

-- Which message shows a campaign to whom, and in which edition: what a correction or a recall needs.
CREATE TABLE notices (
    campaign TEXT NOT NULL,
    reporter TEXT NOT NULL,
    edition INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (campaign, reporter)
) STRICT, WITHOUT ROWID;

-- What was spent on the platform, in tenths of a Star, counted before anything is sent.
CREATE TABLE spending (
    what TEXT NOT NULL PRIMARY KEY,
    tenths INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What an address did today (wrong guesses, tips, bytes of files), on keyed hashes that nobody can read, gone after a day.
CREATE TABLE tallies (
    found_by BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which message of ours answers an album of photos, to be edited as more of it comes, or asks a question of an officer's;
-- to the day, gone after two weeks. chat hashes both, so that no two rows share it.
CREATE TABLE albums (
    chat BLOB NOT NULL,
    album BLOB NOT NULL,
    message TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (chat, album)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticks (
    name TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
