-- Whether a campaign goes out as soon as it may: then no clock decides when, and none that was wrong can hold it back.
ALTER TABLE campaigns ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0;
