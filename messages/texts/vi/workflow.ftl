# Trạng thái, mức khẩn, kết quả, vai trò và nơi chuyển đến: tên gọi dùng chung trên màn hình cán bộ.
standing-new = chưa ai nhận
standing-claimed = đang xử lý
standing-asked = chờ người gửi trả lời
standing-referred = đã chuyển nơi khác
standing-closed = đã đóng

urgency-emergency = KHẨN CẤP
urgency-high = gấp
urgency-normal = thường
urgency-low = không gấp

outcome-handled = Đã xử lý
outcome-not-enough = Chưa đủ thông tin để xác minh
outcome-duplicate = Trùng tin
outcome-referred = Chuyển nơi khác
outcome-not-ours = Ngoài thẩm quyền
outcome-spam = Tin rác

role-officer = cán bộ
role-chief = chỉ huy
role-fire = cán bộ PCCC
role-admin = quản trị
role-auditor = kiểm tra nhật ký

body-pc02 = Cảnh sát hình sự (PC02)
body-pc03 = Cảnh sát kinh tế (PC03)
body-pc04 = Cảnh sát ma túy (PC04)
body-pc07 = Cảnh sát PCCC (PC07)
body-pc08 = Cảnh sát giao thông (PC08)
body-pa05 = An ninh mạng (PA05)
body-ubnd = UBND phường, xã
body-health = Cơ quan y tế
body-market = Quản lý thị trường
body-elsewhere = Công an nơi xảy ra việc

age-minutes = { $count ->
    [0] dưới 1 phút
   *[other] { $count } phút
}
age-hours = { $count } giờ
age-days = { $count } ngày

unit-duty-desk = Bộ phận trực chung
every-ward = toàn hệ thống

# Sau mỗi quyết định
done-claimed = Bạn đã nhận tin { $number }.
done-given-back = Đã trả tin { $number } về hàng chờ.
done-taken-over = Bạn đã nhận thay tin { $number }.
done-asked = Đã gửi câu hỏi của đơn vị cho người gửi tin { $number }.
done-noted = Đã lưu ghi chú nội bộ cho tin { $number }. Người gửi tin không thấy ghi chú.
done-handed-over = Đã giao tin { $number } cho { $name }.
done-passed-on = Đã chuyển tin { $number } sang { $unit }. Nơi đó đã được báo.
done-referred = Đã ghi tin { $number } chuyển nơi khác. Nội dung tin không tự chuyển: bạn chuyển theo cách của đơn vị.
done-closed = Đã đóng tin { $number }.
done-reopened = Đã mở lại tin { $number }; bạn đang giữ tin này.

# Vì sao chưa làm được
claim-yours = Bạn đang giữ tin { $number } rồi.
claim-taken = { $name } đã nhận tin { $number } lúc { $at }.
tip-held = { $name } đang giữ tin { $number }.
tip-closed-already = Tin { $number } đã đóng lúc { $at }.
move-not-now = Tin { $number } { $status }, chưa làm việc này được.
ask-silent = Người gửi tin { $number } không muốn nhận tin nhắn, nên không hỏi thêm được.
ask-unreachable = Không nhắn tới người gửi tin { $number } được nữa.
hand-not-possible = Không giao cho { $name } được: người này đang giữ tin, hoặc không thuộc bộ phận này.

# Báo cho cán bộ khác
handed-to-you = { $name } giao tin { $number } cho bạn.
taken-from-you = { $name } đã nhận thay bạn tin { $number }. Lý do ghi trong tin.
claim-lapsed = Tin { $number } đã về hàng chờ vì chưa có việc gì được ghi từ khi bạn nhận.
claim-lapsed-for-desk = Tin { $number } đã về hàng chờ, đang cần người nhận.
digest = { $waiting } tin chờ, { $urgent } khẩn. Tin lâu nhất: { $age }.

# Người gửi tin đọc
ask-to-reporter = { $unit } hỏi thêm về tin …{ $tail } của bạn:
words-to-reporter = { $words }
ask-how-to-answer = Bạn trả lời ngay tại đây. Không muốn trả lời thì cứ bỏ qua.
referred-to-reporter = { $unit } đã chuyển tin …{ $tail } của bạn tới: { $body }.
passed-on-to-reporter = Tin …{ $tail } của bạn đã được chuyển tới { $unit }, nơi phụ trách việc này.
reopened-to-reporter = { $unit } đã mở lại tin …{ $tail } của bạn để xem tiếp.
closed-handled-to-reporter = { $unit } đã xử lý tin …{ $tail } của bạn. Cảm ơn bạn đã báo.
closed-not-enough-to-reporter = { $unit } đã xem tin …{ $tail } của bạn nhưng chưa đủ thông tin để xác minh. Biết thêm gì, bạn gửi tin mới nhé.
closed-duplicate-to-reporter = Việc trong tin …{ $tail } của bạn đã có người khác báo; { $unit } xem chung các tin này. Cảm ơn bạn.
closed-referred-to-reporter = { $unit } đã chuyển tin …{ $tail } của bạn tới nơi giải quyết.
closed-not-ours-to-reporter = Việc trong tin …{ $tail } của bạn không thuộc thẩm quyền của { $unit }.
closed-spam-to-reporter = { $unit } đã đóng tin …{ $tail } của bạn vì chưa thấy việc cần xử lý.
turn-to = Nơi giải quyết: { $body }.
contact-opened = Chỉ huy { $unit } đã mở tên, số điện thoại bạn để lại ở tin …{ $tail } để liên hệ với bạn.
answer-overdue = Người gửi tin { $number } chưa trả lời sau ba ngày làm việc. Bạn xem tiếp: hỏi lại hoặc đóng tin. Câu hỏi vẫn mở.
