-- The cards of one chat, where it shows nothing any more: found without looking through those of all tips.
CREATE INDEX cards_chat ON cards (chat);
