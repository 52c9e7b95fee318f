# Officers' daily round: the menu, the queue, duty, counts, fire questions, groups.
officer-menu = Officer's desk: { $name } · { $duty }
choice-o-menu-queue = Queue
choice-o-menu-duty = Duty
choice-o-menu-stats = Counts
choice-o-menu-campaign = Campaigns
choice-o-menu-questions = Fire questions
choice-o-menu-officers = Officers
choice-o-menu-home = Officer's desk
choice-o-resident = Residents' menu

queue-head = { $waiting ->
    [0] Every tip is taken
    [one] { $waiting } tip not taken yet
   *[other] { $waiting } tips not taken yet
} · page { $page }
queue-empty = The queue is empty.
queue-not-yours = Your role has no queue.
choice-o-number = { $number }
choice-o-hand-number = Hand over { $number }
choice-o-page-back = ‹ Earlier page
choice-o-page-on = Next page ›
number-needed = Write the tip number after the command, such as TH-26-0412.
number-unknown = No tip with this number within your wards.

duty-on = You are on duty: new tips reach you.
duty-off = You are off duty: new tips reach those who are on.
duty-now-on = You are on duty now. New tips will reach you.
duty-now-off = You are off duty now. If nobody is on, new tips still reach everybody.
duty-on-short = on duty
duty-off-short = off duty
choice-o-duty-on = Go on duty
choice-o-duty-off = Go off duty

stats-head = Counts
stats-period = { $period }: { $received } received, { $claimed } taken, { $closed } closed, { $valuable } valuable, { $spam } spam; fire questions: { $questions }
stats-open = Open now: { $open }
stats-category = { $category }: { $count }
period-today = Today
period-week = This week
period-month = This month

fire-new = A new fire question.
fire-words = A resident asks: { $words }
fire-head = Fire questions waiting: { $count }
fire-line = { $place }. ({ $age }) { $words }
fire-none = No question is waiting.
fire-waiting = A fire question has waited { $age } without an answer.
fire-answer-ask = Please write the answer. The person who asked does not see your name.
fire-answer = The fire officer answers your question:
fire-you-asked = You asked: { $words }
fire-answered-already = This question has been answered.
fire-sent = The answer has been sent.
choice-o-send-keep = Send, and show it to others
fire-keep-ask = Please reword the question so that others find it: in general terms, no names, no addresses, at most { $most } characters.
fire-sent-kept = The answer has been sent. Whoever asks something similar is offered it too.
choice-o-reply = Answer
choice-o-reply-number = Answer no. { $place }

group-how-to-link = To make this group a unit's desk, its chief writes here: /ketnoi WARD NAME. To end it: /ngatketnoi.
group-which-ward = Please name the ward you are chief of, such as: /ketnoi Tây Hồ.
group-linked = This group receives the tips of { $ward }. Cards tell no story, except in an emergency.
group-public = Anybody can find and read this group, so it receives no tips. Make it private, then write /ketnoi again.
group-unlinked = This group receives no more tips.
button-not-yours = This button is for the unit's officers.
group-private-only = Please write this to the bot in private: lists of tips are not shown in a group.
stats-ratings = How reporters rated the outcome last month: well { $good }, fairly well { $fair }, not well { $bad }
stats-ratings-few = Reporters' ratings last month: fewer than { $least }, not shown.
choice-o-menu-remarks = Remarks
remarks-head = Reporters' remarks of last month, in no order and of no particular tip:
remarks-line = • { $rating }: { $words }
remarks-none = Last month brought too few remarks to show.
fire-answer-desk = The duty desk answers your question:
choice-o-bundle = Bundle ({ $count })
bundle-head = Bundle of tips beyond ten a day: { $count } · page { $page }. Not sorted by person.
bundle-empty = The bundle is empty.
