# Under an outcome: asked once how it was found, and reopened within 14 days.
outcome-rate-ask = How well was it dealt with? Answers are only counted for the whole unit, without your name.
choice-rate-good = Well
choice-rate-fair = Fairly well
choice-rate-bad = Not well
choice-reopen-mine = Not settled, reopen it
rating-kept = Thank you for telling us.
rating-already = You have already rated this one, or it can no longer be rated.
rating-words-ask = If you want to say why, write a few words. If not, choose Done.
rating-words-kept = Your remark is noted, without your name. It is not a tip: if something still needs doing, choose No, this is something else.
reopened-mine = Tip …{ $tail } is open again, and an officer will look at it once more. Write what is not right yet, or send a photo.
reopen-not-any-more = This tip can no longer be reopened: each is reopened once, within 14 days of being closed. If something is still wrong, just send a new tip.
