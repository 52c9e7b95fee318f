### A tip is destroyed for good: a chief or an admin has to agree with a code of their own.

erase-asked = The operator asks to destroy tip { $number } for good. Reason: { $why }. If you agree, read them the code { $code } (good until the end of tomorrow). If you do not, leave this message alone.
erase-why-law = required by law
erase-why-reporter = the sender asked for it
erase-why-mistake = sent by mistake
erase-why-trial = a trial
event-erase-asked = asked to destroy the tip
event-erased = agreed to destroy the tip
