### The poster that hangs in a ward: scan the code to write to the ward's police.

poster-title = Tell the police of { $ward }
poster-lead = Seen a crime, a disturbance or a fire risk near you? Scan, tell us in a few lines, add a photo if you have one.
poster-reach = No name needed. You get a code to look again and read the answer.
poster-chat = Write in { $app }
poster-page = Open the web page, no account needed
poster-emergency = In danger, call at once
poster-police = Police
poster-fire = Fire and rescue
poster-ambulance = Ambulance
poster-phone = Duty phone of { $ward }: { $phone }
poster-office = Office: { $office }
poster-hours = Office hours: { $hours }
poster-trial = Trial run
