# Photos, recordings, videos, documents: received, not kept, or apt to give their sender away
tip-file-kept = Added { $files }.
after-file-added = Added { $files } to the tip you sent.
album-kept = Added { $files }.
album-not-kept = Not kept: { $count ->
    [1] 1 file
   *[other] { $count } files
}.
files-photo = { $count ->
    [1] a photo
   *[other] { $count } photos
}
files-video = { $count ->
    [1] a video
   *[other] { $count } videos
}
files-video-note = { $count ->
    [1] a video note
   *[other] { $count } video notes
}
files-voice = { $count ->
    [1] a voice message
   *[other] { $count } voice messages
}
files-audio = { $count ->
    [1] a recording
   *[other] { $count } recordings
}
files-document = { $count ->
    [1] a document
   *[other] { $count } documents
}
files-mixed = { $count } files
file-too-large = This file is larger than { $most } MB and cannot be taken; everything else is kept. Please send a shorter or smaller one.
file-too-many = This file cannot be kept: a tip takes { $files } files at most, { $most } MB in all. What you sent before is kept.
file-too-much-today = This file cannot be kept: you have used what one person can send in a day. Words and locations still go through.
file-reveals = A voice, or where a camera stood, may give you away. Send it all the same?
choice-keep-file = Send it
choice-drop-file = Drop it
file-dropped = Dropped; it is not sent.
file-held = { $count ->
    [1] The recording you sent has not been added yet: a voice, or where a camera stood, may give you away. Send it all the same?
   *[other] { $count } recordings you sent have not been added yet: a voice, or where a camera stood, may give you away. Send them all the same?
}
other-not-taken = This channel does not take { $what }. Please write, or send a photo, a recording, a video or a location.
other-sticker = stickers
other-poll = polls
other-else = this kind of message
file-photo = a photo
file-video = a video
file-video-note = a video note
file-voice = a voice message
file-audio = a recording
file-document = a document
entry-file = { $at } Sent { $file }. { $words }
entry-note-file = { $at } Internal note with { $file } ({ $name }). { $words }
reporter-added-file = The reporter adds { $file } to tip { $number }.
files-none = This tip has no photos or files.
files-shown = Tip { $number }: { $shown } of { $count } photos and files so far.
answer-file-again = Please send photos and files again.
choice-o-files = Photos, files
choice-o-file = Fetch the file
event-viewed-files = photos and files opened
file-on-its-way = The file is still being fetched. Please look again in a few minutes.
file-missing = This file could not be fetched.
file-unreadable = It cannot be shown as a picture.
file-shown = { $what }, { $size }. It may still hold hidden details about its sender: for work only, do not pass it on.
file-offered = { $type }, { $size }. It may still hold hidden details about its sender; do not open it on an office computer before a virus scan.
file-type-jpeg = JPEG picture
file-type-png = PNG picture
file-type-heic = HEIC picture
file-type-mp4 = MP4 video
file-type-ogg = OGG sound
file-type-mp3 = MP3 sound
file-type-m4a = M4A sound
file-type-webm = WebM recording
file-type-pdf = PDF document
file-type-zip = Packed file (ZIP, or Word, Excel)
file-type-ole = Older Office document
file-type-program = A computer program: do not open
file-type-unknown = File of unknown type
size-kb = { $count } kB
size-mb = { $whole }.{ $tenths } MB
file-urgent = If it is urgent: call 113, fire and rescue 114, ambulance 115.
