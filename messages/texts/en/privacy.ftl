privacy-stored = We store what you send, the status of your tips, and your messenger account so that we can answer you. All of it is encrypted.
    Officers do not see your account. Your name and phone are here only if you leave them.
    The messenger's own company still knows this account.
    You can destroy the link between you and your tips at any time.
privacy-stored-no-account = We store what you send, the status of your tips, and a random code of this page so that we can answer you. All of it is encrypted.
    The page needs no account. Your name and phone are here only if you leave them. Your internet provider still knows that your device opened this page.
    The page forgets everything when closed; keep your receipt to look at a tip again.
    While the page is open, you can destroy the link between you and your tips at any time.
choice-forget = Delete my details
privacy-sure = Delete your account link, contact details and anything unsent, now? Tips you sent stay with the police, but nothing leads back to you. You will not be able to see them from here either.
choice-forget-yes = Delete now
privacy-forgotten = Deleted. If you write again, you are new to us.
privacy-kept = Nothing was deleted.
campaigns-on = You receive the warnings and advice of { $ward }.
campaigns-off = Receive warnings about scams and fire, and training dates, from the police where you live? One or two a week at most; stop whenever you like.
campaigns-ward-ask = The notices of which ward or commune?
campaigns-not-served = This place does not send notices on this channel yet.
campaigns-started = You now receive the notices of { $ward }. Write STOP to end them.
subscribed-to-none = You do not receive any notices.
campaigns-stopped = Stopped. You can still send tips and ask questions.
choice-subscribe = Receive notices
choice-subscribe-ward = Receive notices of { $ward }
choice-unsubscribe = Stop notices
choice-other-ward = Another ward
