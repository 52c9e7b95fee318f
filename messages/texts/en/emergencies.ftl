# The fixed answers to danger. Sent at once, before anything else: the first line is the number to dial.
# At most five short lines. A fire officer, a duty officer and a doctor approve them before a ward goes into service.
# The answers to violence at home, to a child in danger and to a wish to die stay quiet: somebody may be reading along.

emergency-fire-now =
    CALL 114 NOW. Get out, shout to warn everybody.
    Stay low under the smoke, close doors behind you, take the stairs, never the lift.
    Do not go back for things, do not hide under a bed, in a wardrobe or a toilet.
    Tell 114: the address, the new ward name, a landmark, what burns, who is still inside.
    Once you are safe, send us the address.

emergency-gas-leak-now =
    DO NOT switch anything on or off, no flame. Go outside, then call 114.
    If it is safe, close the valve of the cylinder, open the doors, get everybody out.
    Phone only from outside. No doorbell, no fan, no lift.
    Do not look for the leak with a flame.
    Once you are safe, send us the address.

emergency-trapped =
    CALL 114 (rescue). Say the floor, the room, how many people.
    Smoke: go to a room on the street side, close the door, seal gaps with wet cloth, stay low, wave at the window.
    Lift: press the alarm, use the intercom, wait; do not force the door or climb out.
    Collapse: do not pull people out; tap on pipes or walls; cover mouth and nose against dust.
    Once you are safe, send us the address.

emergency-drowning =
    CALL 114 and 115. Shout, throw a float, rope or pole. Do not jump in unless trained to rescue.
    Lie flat at the edge when reaching out, keep your eyes on the place.
    Out of the water: not breathing, give CPR if you know how; breathing, lay on the side, keep warm.
    Do not hang the person upside down, do not press the belly. Many people in a flood: 112.
    Once you are safe, send us the address.

emergency-violence-now =
    CALL 113. Get to a safe place, lock the door. Somebody hurt: 115. Fire, people trapped: 114.
    Tell 113: the address, how many people, any weapons, anyone hurt.
    Do not step in between, do not film from near, do not follow them.
    Once you are safe, send us the address.

emergency-weapon-now =
    CALL 113. Keep away, do not confront anyone.
    Somebody armed: run, hide, lock the door, silence the phone; if you cannot talk, call 113 and leave the line open.
    Bomb, mine, shell: do not touch, move or burn it; go far away, keep children off.
    Somebody hurt: 115.
    Once you are safe, send us the address.

emergency-domestic-violence-now =
    If it is not safe: go outside, to a busy place or a neighbour. Call 113. Children: 111. Hurt: 115.
    Leave by the nearest door, take the children and your phone; avoid kitchen, bathroom, balcony.
    You can also tell a neighbour, the ward police or the head of the residents' group.
    Once you are safe, send us the address and a time when we may write.

emergency-child-danger =
    Danger now: 113. A child abused or abandoned: 111 (free, 24/7). Hurt or unconscious: 115.
    Stay with the child if it is safe; do not make the child tell it again; keep clothes and messages; note person, plate, time.
    A child locked in a hot car: 114. A missing child: call 113 at once, no need to wait 24 hours.
    Do not post the child's name or photo online.
    Once you are safe, send us the address.

emergency-traffic-injury =
    CALL 115 (somebody hurt), 113; somebody trapped in a vehicle: 114.
    Warn other traffic, stop the engine, no flame nearby.
    Do not move a badly hurt person unless there is fire or water; press firmly on bleeding.
    Note the plates. Do not leave, argue or film the victim.
    Once you are safe, send us the address.

emergency-suicide-risk =
    We are very worried about you. Are you safe? Call 115 or 113 now, or somebody close to you who is near.
    You do not have to bear this alone. Where are you, is anyone with you?
    Go where there are people, away from heights, water, medicine. Pills taken or hurt: 115.
    If it is somebody else: stay with them, speak softly, do not leave them alone; if they are high up, call 114 too.
    Keep writing to us here. Under 18 you can also call 111.

emergency-medical-now =
    CALL 115. Not breathing: give chest compressions if you know how.
    Electric shock: cut the power first, do not touch the person.
    Gas or charcoal fumes: everybody into fresh air. Somebody violent from drugs: keep away, call 113 too.
    Do not force vomiting, give nothing to drink, no unknown medicine.
    Once you are safe, send us the address.

emergency-intruder-now =
    CALL 113. Hide, lock the door, keep quiet.
    If you cannot talk: whisper, or only text your address to a relative who can call.
    Being followed: go to a busy place or a police station.
    Do not confront, do not block the way out, do not chase.
    Once you are safe, send us the address.

emergency-structure-now =
    Keep away. Wires: call the power company and 114. Flood or large landslide: 112 or 114.
    Keep others away. Do not wade near wires.
    House cracking or leaning: get out now. Water rising: go up high.
    Once you are safe, send us the address.

emergency-money-now =
    STOP sending money. Call the bank's number printed on your card now, to block or hold the money.
    Stop talking to them, tell a relative. Held or threatened in person: 113.
    Keep messages, screenshots, account numbers. Change passwords on another device.
    Real police never ask for transfers, OTP codes or a “video hearing”. Never send a password or OTP here.
    Once you are safe, tell us: how much was lost, to which account.

emergency-numbers =
    113: police (fights, robbery, kidnapping)
    114: fire and rescue (trapped, drowning, collapse, gas leak)
    115: ambulance
    111: child protection (free, 24/7)
    112: disasters, search and rescue
    If it is happening now, call; do not wait for an answer here.

# In doubt: the number first, then the ordinary help below it.
emergency-doubt =
    { $kind ->
        [fire-now] If this is happening now: call 114 at once.
        [gas-leak-now] If gas is leaking now: touch no switches, go outside, then call 114.
        [trapped] If somebody is trapped now: call 114 at once.
        [drowning] If this is happening now: call 114 and 115 at once.
        [structure-now] If this is happening now: keep away and call 114 at once.
        [traffic-injury] If somebody is hurt: call 115 at once.
        [medical-now] If this is happening now: call 115 at once.
        [suicide-risk] If you or somebody else wants to die: call 115 or 113 now, or somebody close to you.
        [child-danger] If a child is in danger now: call 113 at once, or 111 (free, day and night).
        [money-now] If you are sending money or have just sent it: stop, and call your bank at the number on your card.
       *[other] If this is happening now: call 113 at once.
    }
    If you only ask or tell, see below.
# Asked once, five minutes after words of danger; never of somebody who may be hiding or watched.
safe-ask = { $kind ->
        [fire-now] Are you safe now? If you have not got through, call 114 at once.
        [gas-leak-now] Are you safely outside? If you have not got through, call 114 at once.
        [trapped] Are you safe now? If you have not got through, call 114 at once.
        [drowning] Is the person out of the water? If you have not got through, call 114 and 115 at once.
        [structure-now] Are you safe now? If you have not got through, call 114 at once.
        [traffic-injury] Is help there? If you have not got through, call 115 at once.
        [medical-now] Is help there? If you have not got through, call 115 at once.
        [suicide-risk] Are you still all right? If you need somebody now: 115 or 113. You can go on writing here.
        [money-now] Have you called the bank? If not, call the number on your card at once.
        [numbers] Are you safe now? If you have not got through, call at once: 113, fire 114, ambulance 115.
       *[other] Are you safe now? If you have not got through, call 113 at once.
    }
safe-unsent = Your tip has NOT been sent to the ward police. To send it to them as well, answer the question above, or write SEND.
safe-good = Good to hear.
safe-not-yet = Still not safe, help is needed.
choice-safe = All right now
choice-not-safe = Not yet
# In the writer's own script, the same in every language.
emergency-in-chinese = 请立即拨打：警察 113 · 消防、救援 114 · 急救 115
emergency-in-japanese = すぐに電話してください：警察 113・消防、救助 114・救急車 115
emergency-in-korean = 지금 바로 전화하세요: 경찰 113 · 소방, 구조 114 · 구급차 115
