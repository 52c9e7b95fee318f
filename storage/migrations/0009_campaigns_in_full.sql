-- Whom a campaign addresses beyond its wards, its English text and photo, lunar dates, and the emergency notice; what a
-- subscriber chose.
ALTER TABLE subscriptions ADD COLUMN themes TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriptions ADD COLUMN language TEXT NOT NULL DEFAULT 'vi';
ALTER TABLE subscriptions ADD COLUMN neighbourhood TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriptions ADD COLUMN muted_until INTEGER NOT NULL DEFAULT 0;
DROP INDEX subscriptions_ward;
CREATE INDEX subscriptions_ward ON subscriptions (ward, reporter, muted_until, themes, language, neighbourhood);
CREATE INDEX subscriptions_muted ON subscriptions (muted_until) WHERE muted_until > 0;
ALTER TABLE campaigns ADD COLUMN english TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN photo TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN theme TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN neighbourhoods TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN named BLOB;
ALTER TABLE campaigns ADD COLUMN lunar TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN announced_at INTEGER;
ALTER TABLE campaigns ADD COLUMN emergency INTEGER NOT NULL DEFAULT 0;
