# Bàn trực: trang của cán bộ trên máy tính trực ban.
console-title = Báo Tin · Bàn trực
console-skip = Tới nội dung
console-nav = Các trang
console-queue = Hàng chờ
console-menu = Việc khác
console-factor = Xác thực hai lớp
console-sound-on = Bật tiếng
console-sound-is-on = Tiếng đang bật
console-sound-blocked = Tiếng bị chặn: bấm
console-help = Phím tắt
console-sign-out = Đăng xuất
console-sign-out-everywhere = Đăng xuất trên mọi máy
console-notices = Tin nhắn cho bạn
console-close = Đóng

console-waiting = ({ $count } tin chờ, lâu nhất { $minutes } phút)
console-lost = MẤT KẾT NỐI. Tin mới không hiện ở đây. Trang đang tự nối lại; lâu quá, bạn kiểm tra mạng.
console-ended = ĐÃ HẾT PHIÊN. Tin mới không hiện ở đây nữa. Bạn tải lại trang để đăng nhập.

console-keys = Phím tắt
console-key-move = tin sau, tin trước
console-key-open = mở tin đang chọn
console-key-claim = nhận tin đang chọn, hoặc tin đang mở
console-key-back = trở lại
console-key-search = tìm
console-key-help = mở, đóng bảng này

console-search = Lọc và tìm
console-words = Tìm chữ hoặc số tin
console-words-how = Tìm chữ sẽ mở nội dung để xem từng tin, nên mỗi lần tìm đều được ghi vào nhật ký. Không ghi lại chữ bạn tìm.
console-area = Tổ dân phố, thôn
console-status = Tình trạng
console-stand-open = đang mở
console-stand-mine = tôi đang giữ
console-stand-new = chưa ai nhận
console-stand-claimed = đang xử lý
console-stand-asked = chờ người gửi trả lời
console-stand-referred = đã chuyển nơi khác
console-stand-closed = đã đóng
console-stand-bundle = gói tin gửi nhiều
console-stand-all = tất cả
console-urgency = Mức khẩn
console-category = Lĩnh vực
console-any = tất cả
console-show = Xem
console-clear = Bỏ lọc
console-found = Tìm thấy { $found } trong { $opened } tin đã xem.
console-found-cut = Chỉ xem được { $opened } tin đầu; bạn lọc thêm để tìm hẹp hơn.
console-nothing-found = Không có tin nào khớp.
console-empty = Không có tin nào ở đây.
console-pages = Chuyển trang
console-page = Trang { $page }
console-files = { $count } tệp
console-claim = Nhận tin { $number }

console-tip = Tin { $number }
console-story = Nội dung
console-deciding = Xử lý
console-see-files = Xem ảnh và tệp ({ $count })
console-history = Lịch sử
console-nothing = Không có ở đây
console-ask-how = Câu hỏi đi dưới tên { $unit }, không nêu tên bạn.
console-ask-words = Câu hỏi cho người gửi tin
console-send-question = Gửi câu hỏi
console-note-how = Chỉ cán bộ đọc được; người gửi tin không thấy.
console-keep-note = Lưu ghi chú
console-outcome = Kết quả
console-body-none = chưa chọn
console-close-body = Nơi giải quyết (khi ngoài thẩm quyền hoặc chuyển nơi khác)
console-valuable = Tin có giá trị
console-close-words = Câu người gửi tin sẽ đọc thêm (không bắt buộc)
console-close-how = Người gửi đọc câu mẫu của kết quả, rồi tới câu bạn viết.
console-refer-body = Nơi nhận
console-refer-words = Hoặc viết tên nơi nhận
console-refer-how = Người gửi được báo nơi nhận. Nội dung tin không tự chuyển: bạn chuyển theo cách của đơn vị.
console-hand-over = Giao cho đồng nghiệp
console-to = Đồng nghiệp
console-pass-on = Chuyển sang đơn vị khác
console-ward = Đơn vị
console-take-words = { $name } đang giữ tin. Vì sao bạn nhận thay?
console-contact-how = Lý do lưu trong tin, và người gửi được báo là bạn đã mở.
console-contact-words = Vì sao cần tên, số điện thoại?
console-again = Nhiều người cùng làm việc trên tin này. Mời bạn thử lại.
console-in-chat = Việc này viết từng bước, nên làm trong khung chat với Báo Tin.

console-files-of = Ảnh và tệp của tin { $number }
console-picture = Ảnh { $place } của tin
console-save-file = Tải tệp về
console-file-care = Không mở tệp lạ trên máy công vụ nếu chưa quét vi-rút. Tệp có thể còn thông tin ẩn về người gửi: chỉ dùng cho công việc, không chuyển tiếp.

console-question = Câu hỏi cháy nổ
console-answer = Câu trả lời
console-kept-as = Giữ lại cho người hỏi sau, dưới câu hỏi (không bắt buộc)
console-send-answer = Gửi câu trả lời

console-sign-in = Đăng nhập
console-code = Mã mời hoặc mã đăng nhập
console-code-how = Mã mời do chỉ huy đưa. Đã là cán bộ: nhắn /maytinh trong khung chat với Báo Tin để lấy mã, hoặc hỏi người quản trị.
console-too-many-codes = Máy này đã nhập sai nhiều lần. Mời bạn thử lại sau 5 phút.
console-needs-https = Trang này chỉ mở qua https, hoặc ngay trên máy chủ. Mời bạn hỏi người quản trị địa chỉ đúng.
console-enrol = Ghi danh
console-name = Họ tên
console-go-on = Tiếp tục
console-look-again = Xem lại
console-factor-needed = Chỉ huy và quản trị đăng nhập bằng hai lớp. Bạn mở ứng dụng xác thực trên điện thoại, quét hình này, rồi nhập mã 6 số.
console-factor-offered = Không bắt buộc, nhưng có thì lần sau vào lại trên máy này chỉ cần mã 6 số. Bạn mở ứng dụng xác thực trên điện thoại, quét hình này, rồi nhập mã.
console-drawn = Mã QR cho ứng dụng xác thực
console-spelled = Không quét được thì nhập chuỗi này:
console-factor-ask = Bạn nhập mã 6 số trong ứng dụng xác thực trên điện thoại.
console-factor-code = Mã 6 số
console-factor-stands = Đã bật xác thực hai lớp. Mất điện thoại: người quản trị xóa giúp, rồi bạn cài lại.
console-code-wrong = Mã không đúng hoặc đã dùng. Bạn chờ mã mới rồi nhập lại.
console-locked = Nhập sai nhiều lần. Bạn thử lại sau { $at }.

# Mã đăng nhập, xin trong khung chat
console-pass = Mã đăng nhập bàn trực: { $code }
    Dùng một lần, trong { $minutes } phút. Không đưa mã này cho ai.
