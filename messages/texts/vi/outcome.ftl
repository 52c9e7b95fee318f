# Dưới kết quả: hỏi một lần bạn thấy thế nào, và mở lại trong 14 ngày.
outcome-rate-ask = Bạn thấy cách giải quyết thế nào? Ý kiến chỉ đếm chung cho đơn vị, không kèm tên bạn.
choice-rate-good = Hài lòng
choice-rate-fair = Tạm được
choice-rate-bad = Chưa hài lòng
choice-reopen-mine = Chưa xong, mở lại tin
rating-kept = Cảm ơn bạn đã cho biết.
rating-already = Tin này đã có ý kiến của bạn, hoặc không còn hỏi nữa.
rating-words-ask = Muốn nói thêm vì sao thì bạn nhắn vài chữ. Không thì chọn Xong.
rating-words-kept = Đã ghi lời góp ý, không kèm tên bạn. Lời này không phải tin báo: có việc cần giải quyết thì chọn Không, đây là việc khác.
reopened-mine = Đã mở lại tin …{ $tail }, cán bộ sẽ xem lại. Chỗ nào chưa ổn, bạn nhắn thêm chữ hoặc ảnh.
reopen-not-any-more = Tin này không mở lại được nữa: mỗi tin mở lại một lần, trong 14 ngày sau khi đóng. Còn việc gì, bạn cứ báo thành tin mới.
