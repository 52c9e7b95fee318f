# The console: the officers' page on the duty computer.
console-title = Báo Tin · Duty desk
console-skip = To the content
console-nav = Pages
console-queue = Queue
console-menu = Other work
console-factor = Second factor
console-sound-on = Sound on
console-sound-is-on = Sound is on
console-sound-blocked = Sound blocked: press
console-help = Keys
console-sign-out = Sign out
console-sign-out-everywhere = Sign out on every computer
console-notices = Messages for you
console-close = Close

console-waiting = ({ $count } waiting, the oldest for { $minutes } min)
console-lost = CONNECTION LOST. New tips do not show here. The page is trying again; if it takes long, check the network.
console-ended = SIGNED OUT. New tips no longer show here. Reload the page to sign in.

console-keys = Keys
console-key-move = next tip, tip before
console-key-open = open the chosen tip
console-key-claim = claim the chosen tip, or the open one
console-key-back = back
console-key-search = search
console-key-help = show or hide this list

console-search = Filter and search
console-words = Words or a tip number
console-words-how = A search for words opens tip after tip to look into it, so every search is written to the log. Your words are not.
console-area = Neighbourhood
console-status = Status
console-stand-open = open
console-stand-mine = held by me
console-stand-new = unclaimed
console-stand-claimed = being handled
console-stand-asked = waiting for the reporter
console-stand-referred = referred
console-stand-closed = closed
console-stand-bundle = bundle of many
console-stand-all = all
console-urgency = Urgency
console-category = Category
console-any = all
console-show = Show
console-clear = Clear
console-found = { $found } found among { $opened } tips looked into.
console-found-cut = Only the first { $opened } tips were looked into; narrow it with the filters.
console-nothing-found = No tip matches.
console-empty = There are no tips here.
console-pages = Pages of the list
console-page = Page { $page }
console-files = { $count } files
console-claim = Claim tip { $number }

console-tip = Tip { $number }
console-story = What was said
console-deciding = Decide
console-see-files = Photos and files ({ $count })
console-history = History
console-nothing = Not here
console-ask-how = The question goes out in the name of { $unit }, without yours.
console-ask-words = Question to the reporter
console-send-question = Send the question
console-note-how = Only officers can read it; the reporter does not see it.
console-keep-note = Keep the note
console-outcome = Outcome
console-body-none = none chosen
console-close-body = Who deals with it (when it is not ours, or referred)
console-valuable = The tip was valuable
console-close-words = What the reporter reads besides (optional)
console-close-how = The reporter reads the outcome's standard sentence, then yours.
console-refer-body = Goes to
console-refer-words = Or write where it goes
console-refer-how = The reporter is told where it goes. The tip's content does not travel by itself: pass it on in your unit's way.
console-hand-over = Hand over to a colleague
console-to = Colleague
console-pass-on = Pass on to another unit
console-ward = Unit
console-take-words = { $name } has this tip. Why do you take it over?
console-contact-how = The reason is kept with the tip, and the reporter is told that you opened it.
console-contact-words = Why are name and number needed?
console-again = Several people are working on this tip at once. Please try again.
console-in-chat = This is written step by step: please do it in the chat with Báo Tin.

console-files-of = Photos and files of tip { $number }
console-picture = Photo { $place } of the tip
console-save-file = Save the file
console-file-care = Do not open unknown files on an office computer before they were scanned. A file may still hold hidden details of its sender: for the work only, never to be passed on.

console-question = Fire question
console-answer = Answer
console-kept-as = Keep it for whoever asks next, under the question (optional)
console-send-answer = Send the answer

console-sign-in = Sign in
console-code = Invite or sign-in code
console-code-how = Invites come from your chief. If you are an officer already, send /maytinh in the chat with Báo Tin to get a code, or ask the administrator.
console-too-many-codes = Too many wrong codes came from this computer. Please try again in 5 minutes.
console-needs-https = This page opens over https only, or on the server itself. Please ask the administrator for the right address.
console-enrol = Enrol
console-name = Name
console-go-on = Go on
console-look-again = Look again
console-factor-needed = Chiefs and administrators sign in with a second factor. Open an authenticator app on your phone, scan this picture, and type the 6 digits.
console-factor-offered = Optional; with it, 6 digits are enough to come back on this computer. Open an authenticator app on your phone, scan this picture, and type the digits.
console-drawn = QR code for an authenticator app
console-spelled = If it cannot be scanned, type this:
console-factor-ask = Type the 6 digits that the authenticator app on your phone shows.
console-factor-code = 6 digits
console-factor-stands = The second factor is on. If your phone is lost, the administrator removes it and you set it up again.
console-code-wrong = The code is wrong or was used. Wait for the next one and type it.
console-locked = Too many wrong codes. Please try again after { $at }.

# A sign-in code, asked for in the chat
console-pass = Sign-in code for the duty desk: { $code }
    Good once, for { $minutes } minutes. Give it to nobody.
