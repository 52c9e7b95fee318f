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
privacy-forgotten = Deleted. If you write again, you are somebody new to us.
privacy-kept = Nothing was deleted.
choice-held = See my data
choice-held-more = Show more
held-head = What we hold about you. This page opens in your own chat only.
held-account = • Your messenger account, so that we can answer: { $account }
held-no-account = • A random code of this page, so that we can answer. No account.
held-language = • Language: English
held-home = • Your ward: { $ward }
held-no-home = • Your ward: not known
held-campaigns = • Notices you subscribe to: { $ward }
held-no-campaigns = • Notices you subscribe to: none
held-neighbourhood = • The neighbourhood you chose: kept as a code that cannot be read back
held-tips = • Tips sent from here: { $count }
held-tip = — Tip …{ $tail } · { $at } · { $unit } · { $category } · { $status } · { $reach }
held-reach-here = may be asked, no name
held-reach-silent = wants no messages
held-reach-contact = left a contact
held-told = { $at } You wrote: { $words }
held-corrected = { $at } You corrected: { $words }
held-pin = { $at } Position: { $words }
held-file = { $at } { $file } { $words }
held-asked = { $at } The unit asked: { $words }
held-outcome = { $at } The unit's words: { $words }
held-contact = { $at } Contact you left (sealed): { $words }
held-elsewhere = Fire questions and ratings are kept one by one and not by person, so they are not listed here. For tips older than the latest 20, use their receipts.
