question-group-ask = Bạn muốn hỏi về gì? Chọn nhóm, hoặc viết câu hỏi. Đang cháy: gọi 114.
question-group-ask-written = Có thể đã có câu trả lời trong các nhóm này. Hoặc chọn Hỏi cán bộ để gửi câu hỏi bạn vừa viết. Đang cháy: gọi 114.
question-topic-ask = Chọn câu hỏi gần với việc của bạn:
choice-ask-officer = Hỏi cán bộ
choice-look-topics = Xem câu trả lời có sẵn
question-write-ask = Bạn viết câu hỏi cho cán bộ phòng cháy, chữa cháy nhé.
question-words-only = Bạn viết câu hỏi bằng chữ giúp nhé.
question-words-not-sent = Câu hỏi chỉ nhận chữ và chưa gửi cho ai.
question-too-long = Câu hỏi dài quá. Bạn viết gọn trong 2.000 chữ cái nhé.
question-preview-ask = Gửi câu hỏi này cho cán bộ phòng cháy, chữa cháy?
question-ward-ask = Bạn hỏi cán bộ của phường, xã nào?
question-sent = Đã gửi. Cán bộ trả lời ngay tại đây, thường trong một ngày làm việc.
question-answer = Cán bộ trả lời câu hỏi của bạn ({ $question }):
    { $answer }
question-done = Cảm ơn bạn. Khi cần, cứ hỏi.
question-near-ask = Câu hỏi của bạn gần với câu nào? Nếu không có, chọn Hỏi cán bộ. Đang cháy: gọi 114.
question-outside-ask = Câu này có vẻ không phải chuyện phòng cháy, chữa cháy. Bạn muốn báo việc này cho công an, hay hỏi cán bộ?
question-helpful-ask = Như vậy đã đúng ý bạn chưa?
choice-helpful = Đúng rồi, cảm ơn
choice-added = { $words }
question-added = Cán bộ phòng cháy, chữa cháy đã trả lời câu tương tự:
    { $words }
question-left = Câu hỏi lúc nãy chưa gửi cho ai; khi cần, bạn hỏi lại.
choice-as-tip = Báo việc này cho công an
