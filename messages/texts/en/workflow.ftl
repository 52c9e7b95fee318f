# Statuses, urgencies, outcomes, roles and bodies: the names officers' screens share.
standing-new = not taken yet
standing-claimed = in hand
standing-asked = waiting for the reporter's answer
standing-referred = referred elsewhere
standing-closed = closed

urgency-emergency = EMERGENCY
urgency-high = high
urgency-normal = normal
urgency-low = low

outcome-handled = Dealt with
outcome-not-enough = Not enough to verify
outcome-duplicate = Duplicate
outcome-referred = Referred elsewhere
outcome-not-ours = Not ours to decide
outcome-spam = Spam

role-officer = officer
role-chief = chief
role-fire = fire officer
role-admin = admin
role-auditor = auditor

body-pc02 = Criminal police (PC02)
body-pc03 = Economic police (PC03)
body-pc04 = Drugs police (PC04)
body-pc07 = Fire police (PC07)
body-pc08 = Traffic police (PC08)
body-pa05 = Cyber security (PA05)
body-ubnd = People's Committee
body-health = Health authority
body-market = Market surveillance
body-elsewhere = Police where it happened

age-minutes = { $count ->
    [0] under 1 min
   *[other] { $count } min
}
age-hours = { $count } h
age-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

unit-duty-desk = general duty desk
every-ward = the whole installation

# After a decision
done-claimed = You have taken tip { $number }.
done-given-back = Tip { $number } is back in the queue.
done-taken-over = You have taken over tip { $number }.
done-asked = The unit's question went to the reporter of tip { $number }.
done-noted = Internal note kept with tip { $number }. The reporter does not see it.
done-handed-over = Tip { $number } is handed to { $name }.
done-passed-on = Tip { $number } was passed on to the { $unit }, which has been alerted.
done-referred = Tip { $number } is marked as referred. Its contents are not sent by themselves: please pass them on in your unit's own way.
done-closed = Tip { $number } is closed.
done-reopened = Tip { $number } is open again and yours.

# Why not
claim-yours = Tip { $number } is yours already.
claim-taken = { $name } took tip { $number } at { $at }.
tip-held = { $name } has tip { $number }.
tip-closed-already = Tip { $number } was closed at { $at }.
move-not-now = Tip { $number } is { $status }: this cannot be done now.
ask-silent = The reporter of tip { $number } asked for no messages, so they cannot be asked.
ask-unreachable = The reporter of tip { $number } can no longer be reached here.
hand-not-possible = It cannot be handed to { $name }: they have it already, or are not of this desk.

# To other officers
handed-to-you = { $name } handed you tip { $number }.
taken-from-you = { $name } took over tip { $number } from you. The reason is in the tip.
claim-lapsed = Tip { $number } went back to the queue: nothing was recorded since you took it.
claim-lapsed-for-desk = Tip { $number } is back in the queue and needs somebody.
digest = { $waiting ->
    [one] { $waiting } tip waiting
   *[other] { $waiting } tips waiting
}, { $urgent } urgent. The oldest: { $age }.

# What reporters read
ask-to-reporter = A question from the { $unit } about your tip …{ $tail }:
words-to-reporter = { $words }
ask-how-to-answer = You can answer right here. If you would rather not, just leave it.
referred-to-reporter = The { $unit } passed your tip …{ $tail } to: { $body }.
passed-on-to-reporter = Your tip …{ $tail } was passed on to the { $unit }, where this is dealt with.
reopened-to-reporter = The { $unit } reopened your tip …{ $tail } to look into it further.
closed-handled-to-reporter = The { $unit } dealt with your tip …{ $tail }. Thank you for telling us.
closed-not-enough-to-reporter = The { $unit } looked into your tip …{ $tail }, but there was not enough to verify it. If you learn more, please send a new tip.
closed-duplicate-to-reporter = Others told us the same as your tip …{ $tail }; the { $unit } looked at these tips together. Thank you.
closed-referred-to-reporter = The { $unit } passed your tip …{ $tail } to the body responsible.
closed-not-ours-to-reporter = What you wrote in tip …{ $tail } is outside the powers of the { $unit }.
closed-spam-to-reporter = The { $unit } closed your tip …{ $tail }: nothing that needs action was found.
turn-to = Where it is dealt with: { $body }.
contact-opened = The chief of the { $unit } opened the name and number you left with tip …{ $tail }, in order to reach you.
answer-overdue = The reporter of tip { $number } has not answered for three working days. Please go on with it: ask again, or close it. The question stays open.
