# Việc hằng ngày của cán bộ: bảng việc, hàng chờ, trực, số liệu, câu hỏi cháy nổ, nhóm chat.
officer-menu = Bảng việc cán bộ: { $name } · { $duty }
choice-o-menu-queue = Hàng chờ
choice-o-menu-duty = Trực
choice-o-menu-stats = Thống kê
choice-o-menu-campaign = Đợt thông báo
choice-o-menu-questions = Câu hỏi cháy nổ
choice-o-menu-officers = Cán bộ đơn vị
choice-o-menu-home = Bảng việc
choice-o-resident = Mục của người dân

queue-head = { $waiting ->
    [0] Tin nào cũng đã có người nhận
   *[other] { $waiting } tin chưa ai nhận
} · trang { $page }
queue-empty = Hàng chờ đang trống.
queue-not-yours = Vai trò của bạn không có hàng chờ.
choice-o-number = { $number }
choice-o-hand-number = Giao { $number }
choice-o-page-back = ‹ Trang trước
choice-o-page-on = Trang sau ›
number-needed = Bạn viết số tin sau lệnh, ví dụ: TH-26-0412.
number-unknown = Không có tin số này trong phạm vi của bạn.

duty-on = Bạn đang trực: tin mới sẽ báo tới bạn.
duty-off = Bạn không trực: tin mới báo cho người đang trực.
duty-now-on = Đã vào trực. Tin mới sẽ báo tới bạn.
duty-now-off = Đã nghỉ trực. Không ai trực thì tin mới vẫn báo tới mọi người.
duty-on-short = đang trực
duty-off-short = không trực
choice-o-duty-on = Vào trực
choice-o-duty-off = Nghỉ trực

stats-head = Thống kê
stats-period = { $period }: nhận { $received } tin, có người xử lý { $claimed }, đóng { $closed }, có giá trị { $valuable }, tin rác { $spam }; { $questions } câu hỏi cháy nổ
stats-open = Đang mở: { $open }
stats-category = { $category }: { $count }
period-today = Hôm nay
period-week = Tuần này
period-month = Tháng này

fire-new = Có câu hỏi cháy nổ mới.
fire-words = Người dân hỏi: { $words }
fire-head = { $count } câu hỏi cháy nổ đang chờ
fire-line = { $place }. ({ $age }) { $words }
fire-none = Không có câu hỏi nào đang chờ.
fire-waiting = Một câu hỏi cháy nổ đã chờ { $age } chưa có trả lời.
fire-answer-ask = Bạn viết câu trả lời. Người hỏi không thấy tên bạn.
fire-answer = Cán bộ PCCC trả lời câu hỏi của bạn:
fire-you-asked = Bạn hỏi: { $words }
fire-answered-already = Câu hỏi này đã có người trả lời.
fire-sent = Đã gửi câu trả lời.
choice-o-send-keep = Gửi, và cho người sau cùng xem
fire-keep-ask = Bạn viết lại câu hỏi cho người khác tìm thấy: chung chung, không tên, không địa chỉ, nhiều nhất { $most } chữ cái.
fire-sent-kept = Đã gửi câu trả lời. Ai hỏi tương tự cũng sẽ được mời xem.
choice-o-reply = Trả lời
choice-o-reply-number = Trả lời câu { $place }

group-how-to-link = Để nhóm này nhận tin của đơn vị, chỉ huy nhắn trong nhóm: /ketnoi TÊN PHƯỜNG. Thôi nhận: /ngatketnoi.
group-which-ward = Bạn ghi rõ đơn vị bạn chỉ huy, ví dụ: /ketnoi Tây Hồ.
group-linked = Nhóm này nhận tin của { $ward }. Thẻ tin không có nội dung, trừ tin khẩn cấp.
group-public = Nhóm này ai cũng tìm và đọc được nên không nhận tin. Hãy chuyển nhóm thành riêng tư, rồi nhắn lại /ketnoi.
group-unlinked = Nhóm này không nhận tin nữa.
button-not-yours = Nút này dành cho cán bộ của đơn vị.
group-private-only = Việc này bạn nhắn trong khung chat riêng với bot: ở nhóm không hiện danh sách tin.
stats-ratings = Người gửi thấy cách giải quyết tháng trước: hài lòng { $good }, tạm được { $fair }, chưa hài lòng { $bad }
stats-ratings-few = Ý kiến người gửi tháng trước: chưa đủ { $least } để hiện.
choice-o-menu-remarks = Lời góp ý
remarks-head = Lời góp ý của người gửi tháng trước, không theo thứ tự, không gắn với tin nào:
remarks-line = • { $rating }: { $words }
remarks-none = Tháng trước chưa có đủ lời góp ý để hiện.
fire-answer-desk = Cán bộ trực trả lời câu hỏi của bạn:
choice-o-bundle = Gói tin gửi nhiều ({ $count })
bundle-head = Gói tin gửi nhiều trong ngày: { $count } tin · trang { $page }. Không gộp theo người.
bundle-empty = Gói tin đang trống.
