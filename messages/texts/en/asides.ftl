# Said to what somebody asks or says about the service itself, whatever is going on.
aside-when = I do not know when. An officer reads your tip and writes to you right here. If it is happening now, call 113; do not wait here.
aside-who = I am a program that answers by itself. The tips you send are read by police officers. If it is urgent: 113 police, 114 fire, 115 ambulance.
aside-withdraw = A tip that has been sent cannot be taken back. Tell the officer what is not right; to delete your own details, write /delete.
complaint-elsewhere = Complaints about officials, police officers too: please go to citizen reception, or to the police of the province or city. This channel is read by the ward police, so it does not take them; what you just wrote was sent to nobody.
