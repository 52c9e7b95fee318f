question-group-ask = What would you like to ask? Choose a group, or write your question. Fire now: call 114.
question-group-ask-written = There may be an answer in these groups. Or choose Ask an officer to send what you just wrote. Fire now: call 114.
question-topic-ask = Choose the closest question:
choice-ask-officer = Ask an officer
choice-look-topics = See ready answers
question-write-ask = Please write your question for a fire officer.
question-words-only = Please write your question in words.
question-words-not-sent = A question takes words only, and nothing has been sent yet.
question-too-long = The question is too long. Please keep it within 2,000 characters.
question-preview-ask = Send this question to a fire officer?
question-ward-ask = The officers of which ward or commune do you want to ask?
question-sent = Sent. An officer answers right here, usually within a working day.
question-answer = An officer answers your question ({ $question }):
    { $answer }
question-done = Thank you. Ask whenever you need to.
question-near-ask = Which of these is closest to your question? If none, choose Ask an officer. Fire now: call 114.
question-outside-ask = This does not seem to be about fire safety. Do you want to tell the police about it, or ask an officer?
question-helpful-ask = Does this answer your question?
choice-helpful = Yes, thank you
choice-added = { $words }
question-added = A fire officer has answered a similar question:
    { $words }
question-left = Your earlier question was not sent to anybody; you can ask it again at any time.
choice-as-tip = Tell the police about it
