tip-told-ask = What did you see, and where? A few words, a photo or a location will do. In danger now: call 113 first.
tip-what-ask = What happened there? A few words or a photo will do.
nothing-to-send = There is nothing to send yet. Please write what you saw first.
tip-heard = Noted.
tip-words-kept = Added to your tip.
tip-photo-kept = Photo added.
tip-nothing-readable = I could not read anything. A few words, please: what, and where?
tip-place-ask = Where did it happen? Write the address, the ward or a landmark, or send a location.
tip-place-nowhere = This location is not in Vietnam or could not be read. Please write the address.
tip-ward-ask = In which ward or commune was it? Choose, or write its name.
tip-ward-which = Several places have this name. Please add the province or city.
tip-ward-unknown = I did not recognise a ward or commune. Many names changed in July 2025; please try the new one.
tip-ward-taken = The place is not clear, so I chose a unit for now. You can change it.
tip-pin-ask = Is this where it happened, or where you are standing?
tip-pin-dropped = This location only served to find the unit; it is not kept.
choice-event-here = Where it happened
choice-stand-here = Where I am
choice-in-ward = In { $ward }
choice-more = Add details
choice-elsewhere = Another unit
tip-send-ask = Send to the { $unit }?
tip-send-ask-passed-on = { $ward } has no officers on this channel yet. Send to the general duty desk, to be passed on?
tip-more-ask = Write more, send photos or a location. Then write SEND.
tip-dropped = Dropped. Nothing was sent.
tip-not-sent = NOT sent yet. Write SEND to send it, CANCEL to drop it.
tip-reminder = Your tip has NOT been sent. Write SEND to send it. Unsent, it is deleted after 7 days.
tip-sent = Sent to the { $unit }.
tip-sent-receipt =
    Receipt: { $receipt }
    Please keep it, it is shown only once: with it you can look at this tip from another device.
    An officer will read it and may ask you something right here.
tip-sent-fallback = Sent to the general duty desk, to be passed on to the { $unit }. If it cannot wait, call 113.
tip-sent-phone = If it cannot wait, call the unit: { $phone }.
tip-unknown = This tip cannot be found any more.
tip-place-ask-now = Where is it? Write the address or send a location, so that the police hear of it too.
tip-sent-promise = The unit promises: { $promise }
