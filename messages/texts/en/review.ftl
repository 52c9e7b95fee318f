# The card, the whole tip, and officers' steps on one tip.
card-head = Tip { $number } · { $urgency }
    { $category } · { $area }
    Sent { $at }, { $age } ago · photos: { $media }
card-line = { $number } · { $urgency } · { $category } · { $age } · { $status }
card-line-area = { $category } · { $area }
card-line-owned = { $status } · { $name }
card-no-category = no category yet
card-status = Status: { $status }
card-owned = Status: { $status } · { $name }
card-closed = Status: { $status } · { $outcome } · { $name }
card-no-answer = The reporter cannot be asked back.
card-passing-on = TO BE PASSED ON: it happened where no officer has joined this channel.
card-parted = Tip { $number } is no longer in your queue.
card-story = “{ $words }”

whole-designation = Reporter (name for this tip only): { $designation }
whole-reach-here = No name given; may be asked here.
whole-reach-silent = No name given; wants no messages.
whole-reach-contact = Left a name and number; only the chief can open them.
whole-valuable = Valuable.
entry-told = { $at } Reporter: { $words }
entry-place = { $at } Where: { $words }
entry-pin = { $at } Position: { $words }
entry-added = { $at } Added: { $words }
entry-asked = { $at } The unit asked ({ $name }): { $words }
entry-answered = { $at } Answer: { $words }
entry-note = { $at } Internal note ({ $name }): { $words }
entry-note-pin = { $at } Position, internal note ({ $name }): { $words }
entry-outcome = { $at } Line to the reporter ({ $name }): { $words }
entry-contact = { $at } Left contact details.

contact-ask = Open the name and number of the reporter of tip { $number }? Write why. The reason is kept with the tip, and the reporter is told that you opened them.
contact-shown = Contact of the reporter of tip { $number }: { $words }
    This was recorded in the history, and the reporter was told.
open-in-private = Sent to your private chat.
content-not-yours = Admins do not see what tips say. You can hand the tip to the unit responsible.

history-head = History of tip { $number }
history-line = { $at } · { $name } · { $what }
history-line-reporter = { $at } · { $what }
history-nobody = system
history-not-yours = The history of a tip is for chiefs and auditors.
event-filed = reporter sent the tip
event-added = reporter added something
event-answered = reporter answered
event-answer-withdrawn = reporter took the answer back
event-category-told = reporter chose the category
event-reach-told = reporter chose how to be reached
event-ward-told = reporter changed the unit
event-viewed = opened
event-revealed = contact details opened
event-read-history = history read
event-noted = internal note
event-claimed = taken
event-given-back = given back
event-taken-over = taken over
event-asked = reporter asked
event-handed-over = handed to another officer
event-passed-on = passed on to another unit
event-referred = referred elsewhere
event-closed = closed
event-closed-as = closed: { $outcome }
event-reopened = reopened
event-lapsed = went back to the queue by itself
event-else = something else

# Buttons on a tip
choice-o-claim = I take it
choice-o-open = Show all
choice-o-ask = Ask the reporter
choice-o-close = Close
choice-o-hand = Hand over
choice-o-refer = Refer elsewhere
choice-o-back = Give back
choice-o-take = Take over
choice-o-reopen = Reopen
choice-o-note = Internal note
choice-o-contact = Open contact
choice-o-send = Send it
choice-o-cancel = Leave it
choice-o-standard = Standard sentence only
choice-o-valuable = Valuable
choice-o-not-valuable = No
choice-o-other-ward = Another unit
choice-o-name = { $name }

# Steps
o-cancelled = Left as it was; nothing was sent.
o-choose = Please choose one of these.
o-preview = This is what will be read:
o-rewrite = To change it, just write it again.
o-words-needed = Please write it in words.
o-too-long = Longer than { $most } characters. Please shorten it.
ask-ask = What do you want to ask the reporter of tip { $number }? It goes out in the unit's name, not yours.
ask-preview = Tip { $number }. To the reporter: { $words }
note-ask = Internal note for tip { $number }: words, a photo or a position. Quicker: simply reply to the card.
note-empty = There are no words in this note.
take-ask = { $name } has tip { $number }. Why do you take it over?
hand-ask = Who should have tip { $number }?
hand-nobody = There is nobody else, and no other unit, to hand tip { $number } to.
hand-ward-ask = Which unit? Choose, or write the ward's name.
hand-ward-unknown = No such unit here. Please choose, or write the name again.
refer-ask = Where should tip { $number } go? Choose, or write the name of the body.
refer-preview = Referring tip { $number }. This is what will be read:
close-ask = Closing tip { $number }: what came of it?
close-body-ask = Which body deals with this? Choose, or write where the reporter should turn.
close-valuable-ask = Was the tip valuable?
close-words-ask = Write the line the reporter will read, or use the standard sentence.
close-preview = Closing tip { $number }. This is what will be read:
close-silent = The reporter wants no messages: they only read this when they look the tip up.
close-unreachable = The reporter cannot be reached now: they only read this when they look the tip up.
