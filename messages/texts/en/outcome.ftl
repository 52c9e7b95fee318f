# Under an outcome: asked once how it was found, and reopened within 14 days.
outcome-rate-ask = How do you find the way it was dealt with? Answers are only counted for the whole unit, without your name.
choice-rate-good = Good
choice-rate-fair = Fair
choice-rate-bad = Not good
choice-reopen-mine = Not settled, reopen it
rating-kept = Thank you for telling us.
rating-already = You have already said how you find this one, or it is no longer asked.
rating-words-ask = If you want to say why, write a few words. If not, choose Done.
rating-words-kept = Your remark is noted, without your name. Nobody acts on it as a tip: if something needs doing, choose No, this is something else.
reopened-mine = Tip …{ $tail } is open again, and an officer will look at it once more. Write what is not right yet, or send a photo.
reopen-not-any-more = This tip can no longer be reopened: each is reopened once, within 14 days of being closed. If something is still wrong, just send a new tip.
