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
campaigns-on = Bạn đang nhận tin cảnh báo, hướng dẫn của { $ward }.
campaigns-off = Nhận tin cảnh báo lừa đảo, cháy nổ, lịch tập huấn của công an nơi bạn ở? Tối đa một, hai tin mỗi tuần, dừng lúc nào cũng được.
campaigns-ward-ask = Bạn muốn nhận tin của phường, xã nào?
campaigns-not-served = Nơi này chưa gửi tin trên kênh này.
campaigns-started = Đã đăng ký nhận tin của { $ward }. Nhắn STOP để dừng.
subscribed-to-none = Bạn không đăng ký nhận tin nào.
campaigns-stopped = Đã dừng. Bạn vẫn báo tin và hỏi như thường.
choice-subscribe = Nhận tin
choice-subscribe-ward = Nhận tin của { $ward }
choice-unsubscribe = Dừng nhận tin
choice-other-ward = Phường, xã khác
