### Xóa hẳn một tin: chỉ huy hoặc quản trị phải đồng ý bằng mã riêng của mình.

erase-asked = Người vận hành xin xóa hẳn tin { $number }. Lý do: { $why }. Nếu đồng ý, đọc cho họ mã { $code } (dùng được đến hết ngày mai). Không đồng ý thì bỏ qua tin nhắn này.
erase-why-law = theo quy định của pháp luật
erase-why-reporter = người gửi yêu cầu
erase-why-mistake = gửi nhầm
erase-why-trial = tin thử
event-erase-asked = xin xóa hẳn tin
event-erased = đồng ý xóa hẳn tin
