-- The queue at a million tips: the place of an open tip in the order of the queue as a column that can be indexed,
-- indexes that hold open tips only, and one from which a period is counted without reading the tips.
ALTER TABLE tips ADD COLUMN rank INTEGER GENERATED ALWAYS AS (
    CASE status WHEN 'new' THEN 0 WHEN 'claimed' THEN 4 WHEN 'asked' THEN 4 END
    + CASE urgency WHEN 'emergency' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END
) VIRTUAL;
DROP INDEX tips_queue;
DROP INDEX tips_filed;
CREATE INDEX tips_queue ON tips (desk, rank, filed_at, id) WHERE rank IS NOT NULL;
CREATE INDEX tips_queues ON tips (rank, filed_at, id) WHERE rank IS NOT NULL;
CREATE INDEX tips_status ON tips (status, desk);
CREATE INDEX tips_counted ON tips (desk, filed_at, status, outcome, valuable, category);
