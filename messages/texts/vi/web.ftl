### The web chat's own words: what stands around the conversation on the pages for residents and officers.

web-title = Báo Tin
web-title-officer = Báo Tin – cán bộ
# The officer's tab while tips wait: how many, and the age of the oldest.
web-title-waiting = ({ $count }) Báo Tin – { $minutes } phút
web-skip = Tới ô viết tin
web-menu = Tùy chọn
web-other-language = English
web-forgets = Đóng thẻ này là máy này không còn giữ cuộc trò chuyện.
web-exit = Thoát nhanh
web-exit-how = Thoát nhanh: rời trang ngay và mở một trang khác. Bấm phím Escape hai lần cũng được.
web-remember = Nhớ trên máy này
web-remembered = Máy này đang giữ cuộc trò chuyện. Ai mở được máy này cũng đọc được. Bỏ chọn để xóa khi đóng thẻ.
web-remember-not = Trình duyệt này không cho lưu lâu hơn. Cuộc trò chuyện vẫn mất khi đóng thẻ.
web-no-script = Trang này cần JavaScript. Nếu đang nguy hiểm, hãy gọi 113 (công an), 114 (cháy nổ, cứu nạn) hoặc 115 (cấp cứu).

web-emergency = Khẩn cấp gọi
web-call-police = Gọi 113, công an
web-call-fire = Gọi 114, cháy nổ và cứu nạn
web-call-ambulance = Gọi 115, cấp cứu y tế

web-log = Cuộc trò chuyện
web-said-by-us = Báo Tin:
web-said-by-me = Bạn:
web-compose = Tin nhắn
web-compose-hint = Viết ở đây…
web-send = Gửi
web-photo = Gửi ảnh
web-photo-video = Gửi ảnh, video
web-pin = Gửi vị trí
web-pin-said = Vị trí của bạn
web-pin-searching = Đang tìm vị trí…
web-pin-refused = Không lấy được vị trí. Bạn có thể viết địa chỉ hoặc một mốc gần đó.
web-photo-said = Ảnh bạn gửi
web-photo-seen = Ảnh kèm theo
web-photo-gone = Ảnh (trang đã tải lại nên không còn hiện ở đây)
web-voice = Ghi âm
web-voice-on = Đang ghi âm
web-voice-drop = Bỏ
web-voice-send = Gửi bản ghi
web-voice-said = Bản ghi âm
web-voice-refused = Chưa dùng được micrô. Bạn cho phép trang dùng micrô, hoặc viết vào ô bên dưới.
web-file-audio = Tệp âm thanh
web-file-video = Video
web-file-document = Tệp
web-file-gone = { $name } (trang đã tải lại nên không còn hiện ở đây)
web-file-save = Tải về: { $name }

web-waiting = Chưa gửi. Có mạng lại sẽ tự gửi.
web-sending = Đang gửi…
web-not-sent = Tin này không gửi được. Bạn viết lại giúp.
web-too-big = Chưa gửi được vì quá lớn. Tin nhắn tối đa 16.000 ký tự, ảnh, video và bản ghi tối đa 20 MB.
web-too-slow = Mạng quá chậm nên chưa gửi được tệp này. Bạn thử lại khi mạng tốt hơn; những gì khác vẫn gửi được.
web-photo-unreadable = Tệp này không đọc được như một ảnh (JPEG, PNG, WebP) nên chưa gửi. Những gì khác vẫn còn nguyên.
web-file-lost = Chưa kịp gửi trước khi trang tải lại. Bạn chọn lại ảnh hoặc ghi âm lại giúp.
web-offline = Mất kết nối. Bạn cứ viết, có mạng lại tin sẽ tự gửi.
web-newer = Tin nhắn mới ↓
web-back = Đã kết nối lại.
web-busy = Đang có rất nhiều người dùng. Trang tự thử lại sau vài giây. Nếu gấp, hãy gọi 113, 114 hoặc 115.

web-lost = MẤT KẾT NỐI. Tin mới không hiện ở đây. Hãy kiểm tra mạng.
web-session-days = Còn { $count } ngày thì cần nhập mã mời mới.
web-session-ended = PHIÊN ĐÃ HẾT HẠN. Tin mới không hiện ở đây. Nhập mã mời mới.
web-map = Xem bản đồ
web-sound-on = Bật âm thanh
web-sound-is-on = Âm thanh: bật
web-note = Ghi chú
web-note-for = Ghi chú nội bộ cho:
web-note-drop = Thôi ghi chú
web-invite-ask = Trang này dành cho cán bộ đã được mời. Nhập mã mời do trưởng đơn vị hoặc người quản trị đưa.
web-invite-label = Mã mời
web-invite-send = Vào
web-invite-other = Nhập mã mời khác
web-invite-odd = Mã mời chỉ gồm chữ và số, không có dấu cách. Bạn kiểm tra lại.

web-demo-title = Báo Tin – xem thử
web-demo-intro = Bên người dân nhắn một tin, bên cán bộ nhận và trả lời. Dữ liệu ở đây là giả, chỉ nằm trên máy này.
web-demo-resident = Người dân
web-demo-officer = Cán bộ
web-demo-alone = Mở riêng
web-leave = Rời máy này
web-stays-known = Máy này vẫn đăng nhập cho đến khi bạn chọn Rời máy này. Chỉ dùng trên máy trực của đơn vị.
