# Ảnh, ghi âm, video, tài liệu: đã nhận, không giữ được, có thể làm lộ người gửi
tip-file-kept = Đã thêm { $files }.
after-file-added = Đã thêm { $files } vào tin đã gửi.
album-kept = Đã thêm { $files }.
album-not-kept = Không giữ được { $count } tệp.
files-photo = { $count ->
    [1] ảnh
   *[other] { $count } ảnh
}
files-video = { $count ->
    [1] video
   *[other] { $count } video
}
files-video-note = { $count ->
    [1] video tròn
   *[other] { $count } video tròn
}
files-voice = { $count ->
    [1] tin nhắn thoại
   *[other] { $count } tin nhắn thoại
}
files-audio = { $count ->
    [1] bản ghi âm
   *[other] { $count } bản ghi âm
}
files-document = { $count ->
    [1] tài liệu
   *[other] { $count } tài liệu
}
files-mixed = { $count } tệp
file-too-large = Tệp này lớn hơn { $most } MB nên không nhận được; những gì khác vẫn còn nguyên. Bạn gửi bản ngắn hơn hoặc nhẹ hơn giúp nhé.
file-too-many = Tệp này không giữ được: mỗi tin nhận nhiều nhất { $files } tệp, tổng cộng { $most } MB. Những gì gửi trước vẫn còn nguyên.
file-too-much-today = Tệp này không giữ được: hôm nay bạn đã gửi hết dung lượng cho một ngày. Chữ và vị trí vẫn gửi được như thường.
file-reveals = Giọng nói, góc quay có thể làm lộ bạn. Bạn vẫn gửi chứ?
choice-keep-file = Vẫn gửi
choice-drop-file = Bỏ
file-dropped = Đã bỏ, không gửi.
file-held = { $count ->
    [1] Bản ghi lúc nãy chưa được thêm: giọng nói, góc quay có thể làm lộ bạn. Vẫn gửi chứ?
   *[other] { $count } bản ghi lúc nãy chưa được thêm: giọng nói, góc quay có thể làm lộ bạn. Vẫn gửi chứ?
}
other-not-taken = Kênh này không nhận { $what }. Bạn nhắn chữ, gửi ảnh, ghi âm, video hoặc vị trí nhé.
other-sticker = nhãn dán
other-poll = bình chọn
other-else = loại tin này
file-photo = ảnh
file-video = video
file-video-note = video tròn
file-voice = tin nhắn thoại
file-audio = bản ghi âm
file-document = tài liệu
entry-file = { $at } Gửi { $file }. { $words }
entry-note-file = { $at } Ghi chú nội bộ kèm { $file } ({ $name }). { $words }
reporter-added-file = Người gửi thêm { $file } vào tin { $number }.
files-none = Tin này không có ảnh hay tệp nào.
files-shown = Tin { $number }: đã gửi { $shown } trong { $count } ảnh, tệp.
answer-file-again = Ảnh và tệp thì bạn gửi lại giúp nhé.
choice-o-files = Xem ảnh, tệp
choice-o-file = Tải tệp về
event-viewed-files = mở xem ảnh, tệp
file-on-its-way = Tệp đang được tải về. Mời xem lại sau ít phút.
file-missing = Không tải được tệp này về.
file-unreadable = Không xem được như một ảnh.
file-shown = { $what }, { $size }. Có thể còn thông tin ẩn về người gửi: chỉ dùng cho công việc, không chuyển tiếp.
file-offered = { $type }, { $size }. Có thể còn thông tin ẩn về người gửi; không mở trên máy công vụ nếu chưa quét vi-rút.
file-type-jpeg = Ảnh JPEG
file-type-png = Ảnh PNG
file-type-heic = Ảnh HEIC
file-type-mp4 = Video MP4
file-type-ogg = Âm thanh OGG
file-type-mp3 = Âm thanh MP3
file-type-m4a = Âm thanh M4A
file-type-webm = Bản ghi WebM
file-type-pdf = Tài liệu PDF
file-type-zip = Tệp nén (ZIP, hoặc Word, Excel)
file-type-ole = Tài liệu Office đời cũ
file-type-program = Chương trình máy tính: đừng mở
file-type-unknown = Tệp không rõ loại
size-kb = { $count } kB
size-mb = { $whole },{ $tenths } MB
file-urgent = Đang gấp: gọi 113, cháy và cứu nạn 114, cấp cứu 115.
