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
