# Thẻ tin, toàn bộ tin và các bước của cán bộ trên một tin.
card-head = Tin { $number } · { $urgency }
    { $category } · { $area }
    Gửi { $at }, cách đây { $age } · { $media ->
        [0] không ảnh, tệp
       *[other] { $media } ảnh, tệp
    }
card-line = { $number } · { $urgency } · { $category } · { $age } · { $status }
card-line-area = { $category } · { $area }
card-line-owned = { $status } · { $name }
card-no-category = chưa rõ lĩnh vực
card-status = Tình trạng: { $status }
card-owned = Tình trạng: { $status } · { $name }
card-closed = Tình trạng: { $status } · { $outcome } · { $name }
card-no-answer = Không hỏi lại người gửi được.
card-passing-on = CẦN CHUYỂN: việc ở nơi chưa có cán bộ trên kênh này.
card-parted = Tin { $number } không còn ở hàng chờ của bạn.
card-story = “{ $words }”

whole-designation = Người gửi (tên quy ước của riêng tin này): { $designation }
whole-reach-here = Không nêu tên; hỏi thêm được tại đây.
whole-reach-silent = Không nêu tên; không muốn nhận tin nhắn.
whole-reach-contact = Có để lại tên, số điện thoại; chỉ chỉ huy mở được.
whole-valuable = Có giá trị.
entry-told = { $at } Người gửi: { $words }
entry-place = { $at } Nơi xảy ra: { $words }
entry-pin = { $at } Vị trí: { $words }
entry-added = { $at } Bổ sung: { $words }
entry-asked = { $at } Đơn vị hỏi ({ $name }): { $words }
entry-answered = { $at } Trả lời: { $words }
entry-note = { $at } Ghi chú nội bộ ({ $name }): { $words }
entry-note-pin = { $at } Vị trí ghi chú nội bộ ({ $name }): { $words }
entry-outcome = { $at } Lời cho người gửi ({ $name }): { $words }
entry-contact = { $at } Đã để lại liên hệ.

contact-ask = Mở tên, số điện thoại của người gửi tin { $number }? Viết lý do. Lý do lưu trong tin, và người gửi được báo là bạn đã mở.
contact-shown = Liên hệ của người gửi tin { $number }: { $words }
    Việc mở này đã ghi vào lịch sử và đã báo cho người gửi.
open-in-private = Đã gửi vào khung chat riêng của bạn.
content-not-yours = Quản trị không xem nội dung tin. Bạn có thể giao tin cho đơn vị phụ trách.

history-head = Lịch sử tin { $number }
history-line = { $at } · { $name } · { $what }
history-line-reporter = { $at } · { $what }
history-nobody = hệ thống
history-not-yours = Lịch sử tin dành cho chỉ huy và người kiểm tra.
event-filed = người gửi gửi tin
event-added = người gửi bổ sung
event-answered = người gửi trả lời
event-answer-withdrawn = người gửi rút câu trả lời
event-category-told = người gửi chọn lĩnh vực
event-reach-told = người gửi chọn cách liên hệ
event-ward-told = người gửi đổi nơi nhận
event-viewed = mở xem
event-revealed = mở liên hệ của người gửi
event-read-history = xem lịch sử
event-noted = ghi chú nội bộ
event-claimed = nhận tin
event-given-back = trả về hàng chờ
event-taken-over = nhận thay
event-asked = hỏi người gửi
event-handed-over = giao cho cán bộ khác
event-passed-on = chuyển sang đơn vị khác
event-referred = chuyển nơi khác
event-closed = đóng tin
event-closed-as = đóng tin: { $outcome }
event-reopened = mở lại
event-lapsed = tự về hàng chờ
event-else = việc khác

# Nút trên tin
choice-o-claim = Tôi nhận
choice-o-open = Xem đầy đủ
choice-o-ask = Hỏi người gửi
choice-o-close = Đóng tin
choice-o-hand = Giao
choice-o-refer = Chuyển nơi khác
choice-o-back = Trả lại hàng chờ
choice-o-take = Nhận thay
choice-o-reopen = Mở lại
choice-o-note = Ghi chú nội bộ
choice-o-contact = Mở liên hệ
choice-o-send = Gửi
choice-o-cancel = Thôi
choice-o-standard = Dùng câu mẫu
choice-o-valuable = Có giá trị
choice-o-not-valuable = Không
choice-o-other-ward = Đơn vị khác
choice-o-name = { $name }

# Các bước
o-cancelled = Đã thôi, chưa gửi gì.
o-choose = Bạn chọn một trong các mục dưới đây.
o-preview = Người nhận sẽ đọc:
o-rewrite = Muốn sửa, bạn nhắn lại câu khác.
o-words-needed = Bạn viết bằng chữ giúp.
o-too-long = Dài quá { $most } chữ cái. Bạn viết gọn lại.
ask-ask = Hỏi người gửi tin { $number } điều gì? Câu hỏi đi dưới tên đơn vị, không nêu tên bạn.
ask-preview = Tin { $number }. Gửi cho người gửi tin: { $words }
note-ask = Ghi chú nội bộ cho tin { $number }: viết, gửi ảnh hoặc vị trí. Cách nhanh hơn: trả lời thẳng vào thẻ tin.
note-empty = Ghi chú chưa có chữ nào.
take-ask = { $name } đang giữ tin { $number }. Vì sao bạn nhận thay?
hand-ask = Giao tin { $number } cho ai?
hand-nobody = Hiện chưa có cán bộ hay đơn vị nào khác để giao tin { $number }.
hand-ward-ask = Chuyển sang đơn vị nào? Chọn, hoặc nhắn tên phường, xã.
hand-ward-unknown = Chưa tìm thấy đơn vị này trên kênh. Bạn chọn hoặc nhắn lại tên.
refer-ask = Chuyển tin { $number } tới đâu? Chọn, hoặc viết tên nơi nhận.
refer-preview = Chuyển tin { $number }. Người nhận sẽ đọc:
close-ask = Đóng tin { $number }: kết quả thế nào?
close-body-ask = Việc này nơi nào giải quyết? Chọn, hoặc viết câu chỉ dẫn cho người gửi.
close-valuable-ask = Tin có giá trị không?
close-words-ask = Viết câu người gửi tin sẽ đọc, hoặc dùng câu mẫu.
close-preview = Đóng tin { $number }. Người nhận sẽ đọc:
close-silent = Người gửi không muốn nhận tin nhắn: chỉ đọc câu này khi tự tra cứu.
close-unreachable = Hiện không nhắn tới người gửi được: chỉ đọc câu này khi tự tra cứu.
card-reopened = NGƯỜI GỬI MỞ LẠI: xem lại kết quả lần trước.
card-bundled = Trong gói tin gửi nhiều trong ngày.
standing-reopened = người gửi mở lại
event-reopened-by-reporter = người gửi mở lại
event-answer-overdue = chờ trả lời quá lâu, xử lý tiếp
event-corrected = người gửi sửa lại tin nhắn
entry-corrected = { $at } Người gửi sửa lại: { $words }
o-left-unsent = Phần bạn vừa viết CHƯA gửi và đã bỏ.
