tip-told-ask = Bạn thấy chuyện gì, ở đâu? Nhắn vài chữ, hoặc gửi ảnh, vị trí. Đang nguy hiểm: gọi 113 trước.
tip-what-ask = Ở đó có chuyện gì? Nhắn vài chữ, hoặc gửi ảnh.
nothing-to-send = Chưa có gì để gửi. Bạn nhắn điều bạn thấy trước nhé.
tip-heard = Mình đã ghi lại.
tip-words-kept = Đã thêm vào tin.
tip-photo-kept = Đã thêm ảnh.
tip-nothing-readable = Mình chưa đọc được gì. Bạn nhắn vài chữ: chuyện gì, ở đâu?
tip-place-ask = Việc xảy ra ở đâu? Nhắn địa chỉ, tên phường, xã hoặc chỗ dễ nhận ra; hoặc gửi vị trí.
tip-place-nowhere = Vị trí này không nằm ở Việt Nam hoặc chưa đọc được. Bạn nhắn địa chỉ giúp nhé.
tip-ward-ask = Việc xảy ra ở phường, xã nào? Chọn, hoặc nhắn tên.
tip-ward-which = Có nhiều nơi trùng tên. Bạn nhắn thêm tên tỉnh, thành phố nhé.
tip-ward-unknown = Mình chưa nhận ra phường, xã nào. Từ 7/2025 nhiều nơi đổi tên, bạn thử tên mới nhé.
tip-ward-taken = Chưa rõ nơi xảy ra, nên mình tạm chọn một đơn vị. Bạn đổi được.
tip-pin-ask = Đây là nơi xảy ra việc, hay nơi bạn đang đứng?
tip-pin-dropped = Mình chỉ dùng vị trí này để tìm đơn vị, không lưu lại.
choice-event-here = Nơi xảy ra
choice-stand-here = Nơi tôi đứng
choice-in-ward = Ở { $ward }
choice-more = Thêm chi tiết
choice-elsewhere = Đổi nơi nhận
tip-send-ask = Gửi tới { $unit }?
tip-send-ask-passed-on = { $ward } chưa có cán bộ trên kênh này. Gửi tới bộ phận trực chung để chuyển tiếp?
tip-more-ask = Bạn nhắn thêm, gửi ảnh hoặc vị trí. Xong thì nhắn GUI.
tip-dropped = Đã bỏ, không gửi gì cả.
tip-not-sent = Tin CHƯA gửi. Nhắn GUI để gửi, HUY để bỏ.
tip-reminder = Tin CHƯA gửi. Nhắn GUI để gửi. Không gửi thì tin tự xóa sau 7 ngày.
tip-sent = Đã gửi tới { $unit }.
tip-sent-receipt =
    Mã tra cứu: { $receipt }
    Bạn giữ mã này, chỉ hiện một lần: có mã thì xem được tin từ máy khác.
    Cán bộ sẽ xem và có thể hỏi thêm ngay tại đây.
tip-sent-fallback = Đã gửi tới bộ phận trực chung, để chuyển cho { $unit }. Cần gấp, gọi 113.
tip-sent-phone = Cần gấp, gọi đơn vị: { $phone }.
tip-unknown = Không còn thấy tin này.
tip-place-ask-now = Việc đang ở đâu? Nhắn địa chỉ hoặc gửi vị trí, để báo luôn cho công an.
tip-sent-promise = Đơn vị cam kết: { $promise }
