### The web chat's own words: what stands around the conversation on the pages for residents and officers.

web-title = Báo Tin
web-title-officer = Báo Tin – officer
# The officer's tab while tips wait: how many, and the age of the oldest.
web-title-waiting = ({ $count }) Báo Tin – { $minutes } min
web-skip = Go to the writing field
web-menu = Options
web-other-language = Tiếng Việt
web-forgets = Close this tab and this device no longer keeps the conversation.
web-exit = Quick exit
web-exit-how = Quick exit: leaves at once and opens another page. Pressing Escape twice does the same.
web-remember = Remember on this device
web-remembered = This device keeps the conversation. Whoever can open it can read it. Untick to delete it when the tab is closed.
web-remember-not = This browser keeps nothing longer. The conversation still ends with the tab.
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
web-photo-video = Send photos or videos
web-pin = Send position
web-pin-said = Your position
web-pin-searching = Looking for your position…
web-pin-refused = Your position could not be found. You can write the address or a landmark nearby.
web-photo-said = The photo you sent
web-photo-seen = Attached photo
web-photo-gone = Photo (no longer shown here since the page was reloaded)
web-voice = Record a voice message
web-voice-on = Recording
web-voice-drop = Drop
web-voice-send = Send recording
web-voice-said = Voice recording
web-voice-refused = The microphone cannot be used yet. Allow this page to use it, or write in the field below.
web-file-audio = Sound file
web-file-video = Video
web-file-document = File
web-file-gone = { $name } (no longer shown here since the page was reloaded)
web-file-save = Save: { $name }

web-waiting = Not sent yet. It goes out once you are online again.
web-sending = Sending…
web-not-sent = This message could not be sent. Please write it again.
web-too-big = Not sent because it is too large. A message holds at most 16,000 characters, a photo, video or recording 20 MB.
web-too-slow = The network is too slow, so this file was not sent. Try again when it is better; everything else still goes out.
web-photo-unreadable = This file cannot be read as a photo (JPEG, PNG, WebP), so it was not sent. Everything else is still there.
web-file-lost = This had not gone out when the page was reloaded. Please choose the photo or record again.
web-offline = Connection lost. Keep writing: it is sent once you are online again.
web-newer = New message ↓
web-back = Connected again.
web-busy = Very many people are here right now. The page tries again in a few seconds. If it is urgent, call 113, 114 or 115.

web-lost = CONNECTION LOST. New tips do not show here. Check the network.
web-session-days = A new invite code is needed in { $count } days.
web-session-ended = SESSION ENDED. New tips do not show here. Enter a new invite code.
web-map = See the map
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
web-stays-known = This computer stays signed in until you choose Leave this computer. Use it on the unit's duty PC only.
