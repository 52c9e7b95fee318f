### The web chat's own words: what stands around the conversation on the pages for residents and officers.

web-title = Báo Tin
web-title-officer = Báo Tin – officer
# The officer's tab while tips wait: how many, and the age of the oldest.
web-title-waiting = ({ $count }) Báo Tin – { $minutes } min
web-skip = Go to the writing field
web-menu = Options
web-other-language = Tiếng Việt
web-forgets = Close this tab and this device no longer keeps the conversation.
web-no-script = This page needs JavaScript. In danger, call 113 (police), 114 (fire and rescue) or 115 (ambulance).

web-emergency = Emergency
web-call-police = Call 113, police
web-call-fire = Call 114, fire and rescue
web-call-ambulance = Call 115, ambulance

web-log = Conversation
web-said-by-us = Báo Tin:
web-said-by-me = You:
web-compose = Message
web-compose-hint = Write here…
web-send = Send
web-photo = Send a photo
web-pin = Send position
web-pin-said = Your position
web-pin-searching = Looking for your position…
web-pin-refused = Your position could not be found. You can write the address or a landmark nearby.
web-photo-said = The photo you sent
web-photo-seen = Attached photo
web-photo-gone = Photo (no longer shown here since the page was reloaded)

web-waiting = Not sent yet. It goes out once you are online again.
web-not-sent = This message could not be sent. Please write it again.
web-too-big = Not sent because it is too large. A message holds at most 16,000 characters, a photo 10 MB.
web-photo-unreadable = This file cannot be read as a photo (JPEG, PNG, WebP), so it was not sent. Everything else is still there.
web-photo-lost = The photo had not gone out when the page was reloaded. Please choose it again.
web-offline = Connection lost. Keep writing: it is sent once you are online again.
web-back = Connected again.
web-busy = Very many people are here right now. The page tries again in a few seconds. If it is urgent, call 113, 114 or 115.

web-lost = CONNECTION LOST. New tips do not show here. Check the network.
web-sound-on = Turn sound on
web-sound-is-on = Sound: on
web-note = Note
web-note-for = Internal note on:
web-note-drop = No note
web-invite-ask = This page is for officers who have been invited. Enter the code from your chief or administrator.
web-invite-label = Invite code
web-invite-send = Enter
web-invite-other = Enter another invite code
web-invite-odd = An invite code has letters and digits only, without spaces. Please check it.

web-demo-title = Báo Tin – try it
web-demo-intro = Write as a resident on one side, claim and answer as an officer on the other. All of it is made up and stays on this machine.
web-demo-resident = Resident
web-demo-officer = Officer
web-demo-alone = Open alone
web-leave = Leave this computer
web-stays-known = This computer stays known until you choose Leave this computer. Use it on the unit's duty PC only.
