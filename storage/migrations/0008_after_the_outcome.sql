-- How reporters find an outcome, by ward and month and by nothing else; a tip is rated once, and reopened by its
-- reporter once. Tips that one person sends beyond ten a day stand in a bundle of their desk instead of its queue.
CREATE TABLE ratings (
    id TEXT NOT NULL PRIMARY KEY,
    ward TEXT NOT NULL,
    month TEXT NOT NULL,
    rating TEXT NOT NULL,
    words BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX ratings_ward ON ratings (ward, month);
DROP INDEX tips_queue;
DROP INDEX tips_queues;
DROP INDEX tips_status;
ALTER TABLE tips DROP COLUMN rank;
ALTER TABLE tips ADD COLUMN rated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tips ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tips ADD COLUMN bundled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tips ADD COLUMN rank INTEGER GENERATED ALWAYS AS (
    CASE WHEN status = 'new' AND bundled = 0 THEN 0 WHEN status IN ('claimed', 'asked') THEN 4 END
    + CASE urgency WHEN 'emergency' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END
) VIRTUAL;
CREATE INDEX tips_queue ON tips (desk, rank, filed_at, id) WHERE rank IS NOT NULL;
CREATE INDEX tips_queues ON tips (rank, filed_at, id) WHERE rank IS NOT NULL;
CREATE INDEX tips_status ON tips (status, desk, bundled);
CREATE INDEX tips_bundle ON tips (bundled, status, desk, filed_at, id) WHERE bundled = 1;
