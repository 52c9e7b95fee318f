privacy-stored = Chúng tôi lưu: điều bạn gửi, tình trạng tin, và tài khoản nhắn tin để trả lời bạn. Tất cả được mã hóa.
    Cán bộ không thấy tài khoản của bạn. Tên và số điện thoại chỉ có nếu bạn để lại.
    Công ty của ứng dụng nhắn tin vẫn biết tài khoản này.
    Bạn có thể xóa mối liên hệ giữa bạn và các tin bất cứ lúc nào.
privacy-stored-no-account = Chúng tôi lưu: điều bạn gửi, tình trạng tin, và một mã ngẫu nhiên của trang này để trả lời bạn. Tất cả được mã hóa.
    Trang không cần tài khoản. Tên và số điện thoại chỉ có nếu bạn để lại. Nhà mạng vẫn biết máy của bạn đã mở trang.
    Đóng trang là trang quên hết; muốn xem lại tin, hãy giữ mã tra cứu.
    Khi trang còn mở, bạn có thể xóa mối liên hệ giữa bạn và các tin bất cứ lúc nào.
choice-forget = Xóa thông tin của tôi
privacy-sure = Xóa ngay tài khoản, liên lạc và phần đang viết dở? Tin đã gửi vẫn ở chỗ công an, nhưng không còn đường nào quay lại người gửi. Bạn cũng không xem lại được từ đây.
choice-forget-yes = Xóa ngay
privacy-forgotten = Đã xóa. Nếu bạn nhắn lại, chúng tôi coi như người mới.
privacy-kept = Không xóa gì cả.
choice-held = Xem dữ liệu của tôi
choice-held-more = Xem tiếp
held-head = Những gì chúng tôi đang giữ về bạn. Trang này chỉ mở tại khung chat của bạn.
held-account = • Tài khoản nhắn tin, để trả lời bạn: { $account }
held-no-account = • Một mã ngẫu nhiên của trang này, để trả lời bạn. Không có tài khoản.
held-language = • Ngôn ngữ: tiếng Việt
held-home = • Phường, xã của bạn: { $ward }
held-no-home = • Phường, xã của bạn: chưa biết
held-campaigns = • Đăng ký nhận thông báo: { $ward }
held-no-campaigns = • Đăng ký nhận thông báo: không
held-neighbourhood = • Tổ dân phố bạn chọn: chỉ giữ dạng mã, không đọc lại được
held-tips = • Tin đã gửi từ đây: { $count }
held-tip = — Tin …{ $tail } · { $at } · { $unit } · { $category } · { $status } · { $reach }
held-reach-here = cho hỏi thêm, không nêu tên
held-reach-silent = không nhận tin nhắn
held-reach-contact = có để lại liên hệ
held-told = { $at } Bạn viết: { $words }
held-corrected = { $at } Bạn sửa lại: { $words }
held-pin = { $at } Vị trí: { $words }
held-file = { $at } { $file } { $words }
held-asked = { $at } Đơn vị hỏi: { $words }
held-outcome = { $at } Lời của đơn vị: { $words }
held-contact = { $at } Liên hệ bạn để lại (niêm phong): { $words }
held-elsewhere = Câu hỏi cháy nổ và ý kiến về kết quả được giữ riêng từng cái, không xếp theo người nên không có ở đây. Tin cũ hơn 20 tin gần nhất: dùng mã tra cứu.
