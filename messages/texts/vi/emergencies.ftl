# The fixed answers to danger. Sent at once, before anything else: the first line is the number to dial.
# At most five short lines. A fire officer, a duty officer and a doctor approve them before a ward goes into service.
# The answers to violence at home, to a child in danger and to a wish to die stay quiet: somebody may be reading along.

emergency-fire-now =
    GỌI 114 NGAY. Ra ngoài, gọi to cho mọi người.
    Khom thấp dưới khói, đóng cửa sau lưng, đi thang bộ, không dùng thang máy.
    Không quay lại lấy đồ, không trốn dưới giường, trong tủ, trong nhà vệ sinh.
    Báo 114: địa chỉ, phường (xã) mới, mốc gần đó, cháy gì, còn ai bên trong.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-gas-leak-now =
    KHÔNG bật, tắt điện, không dùng lửa. Ra ngoài rồi gọi 114.
    Nếu khóa được an toàn thì khóa van bình, mở cửa, đưa mọi người ra.
    Chỉ gọi điện khi đã ở ngoài. Không bấm chuông, không bật quạt, không đi thang máy.
    Không châm lửa để thử chỗ rò.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-trapped =
    GỌI 114 (cứu nạn). Nói số tầng, phòng, bao nhiêu người.
    Có khói: vào phòng phía mặt đường, đóng cửa, bịt khe bằng khăn ướt, khom thấp, vẫy ở cửa sổ.
    Kẹt thang máy: bấm chuông, gọi qua loa, đợi; không cạy cửa, không trèo ra.
    Sập đổ: không tự kéo người ra; gõ vào ống, vào tường để báo chỗ; che miệng mũi tránh bụi.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-drowning =
    GỌI 114 và 115. Hô to, ném phao, dây, sào. Không nhảy xuống nếu chưa học cứu hộ.
    Nằm sát mép bờ khi đưa sào, mắt giữ chỗ người bị nạn.
    Đưa lên bờ: không thở thì ép tim, thổi ngạt nếu biết làm; còn thở thì để nằm nghiêng, giữ ấm.
    Không dốc ngược, không ấn bụng. Lũ cuốn nhiều người: gọi 112.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-violence-now =
    GỌI 113. Lánh ra chỗ an toàn, khóa cửa. Có người bị thương: 115. Cháy, mắc kẹt: 114.
    Nói với 113: địa chỉ, bao nhiêu người, có hung khí không, có ai bị thương.
    Không xông vào can, không đứng gần quay phim, không đuổi theo.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-weapon-now =
    GỌI 113. Tránh xa, không đối đầu.
    Người cầm vũ khí: chạy xa, trốn, khóa cửa, để điện thoại im lặng; khó nói thì gọi 113 rồi để máy.
    Bom, mìn, đạn: không chạm, không di chuyển, không đốt; lùi thật xa, giữ trẻ em tránh ra.
    Có người bị thương: 115.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-domestic-violence-now =
    Nếu không an toàn: ra ngoài, tới chỗ đông người hoặc nhà hàng xóm. Gọi 113. Có trẻ em: 111. Bị thương: 115.
    Ra bằng cửa gần nhất, đưa con và điện thoại theo; tránh bếp, nhà tắm, ban công.
    Có thể báo hàng xóm, công an xã, phường, tổ trưởng dân phố.
    Khi đã an toàn, nhắn lại địa chỉ và giờ liên lạc được.

emergency-child-danger =
    Nguy hiểm ngay: 113. Trẻ bị xâm hại, bỏ rơi: 111 (miễn phí, 24/7). Bị thương, ngất: 115.
    Ở bên trẻ nếu an toàn; không bắt trẻ kể lại; giữ quần áo, tin nhắn; nhớ người, biển số, giờ.
    Trẻ kẹt trong xe nóng: gọi 114. Trẻ đi lạc: gọi 113 ngay, không cần đợi 24 giờ.
    Không đăng tên, ảnh của trẻ lên mạng.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-traffic-injury =
    GỌI 115 (người bị thương), 113; người kẹt trong xe: 114.
    Báo cho xe khác tránh, tắt máy, không để gần lửa.
    Không di chuyển người bị nặng, trừ khi có cháy hoặc nước; ép chặt chỗ chảy máu.
    Nhớ biển số xe. Không bỏ đi, không cãi nhau, không quay người bị nạn.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-suicide-risk =
    Mình rất lo cho bạn. Bạn đang an toàn không? Gọi 115 hoặc 113 ngay, hoặc gọi một người thân ở gần.
    Bạn không phải chịu một mình. Bạn đang ở đâu, có ai bên cạnh không?
    Hãy tới chỗ có người, rời xa chỗ cao, chỗ nước, thuốc. Đã uống thuốc hoặc bị thương: 115.
    Nếu là người khác: ở bên họ, nói nhẹ nhàng, đừng để họ một mình; ở trên cao thì gọi cả 114.
    Bạn cứ nhắn ở đây. Dưới 18 tuổi có thể gọi thêm 111.

emergency-medical-now =
    GỌI 115. Không thở: ép tim nếu biết làm.
    Điện giật: ngắt điện trước, không chạm vào người bị nạn.
    Ngạt khí, khói than: đưa mọi người ra chỗ thoáng. Người kích động vì ma túy: tránh xa, gọi cả 113.
    Không ép nôn, không cho uống gì, không cho thuốc lạ.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-intruder-now =
    GỌI 113. Trốn nơi kín, khóa cửa, giữ im lặng.
    Khó nói: nói nhỏ, hoặc chỉ nhắn địa chỉ cho người thân nhờ gọi.
    Bị bám theo: đi tới chỗ đông người hoặc trụ sở công an.
    Không đối đầu, không chặn đường ra, không đuổi theo.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-structure-now =
    Tránh xa. Dây điện: gọi điện lực và 114. Lũ, sạt lở lớn: 112 hoặc 114.
    Giữ người khác tránh ra. Không lội nước gần dây điện.
    Nhà nứt, nghiêng: ra ngoài ngay. Nước lên: lên chỗ cao.
    Khi đã an toàn, nhắn lại địa chỉ.

emergency-money-now =
    DỪNG chuyển tiền. Gọi ngay số ngân hàng in trên thẻ để khóa, tạm giữ tiền.
    Ngừng nói chuyện với họ, báo người thân. Bị giữ hoặc đe dọa trực tiếp: 113.
    Giữ nguyên tin nhắn, ảnh chụp, số tài khoản. Đổi mật khẩu trên máy khác.
    Công an thật không đòi chuyển tiền, mã OTP hay “làm việc qua video”. Đừng gửi mật khẩu, OTP vào đây.
    Khi đã an toàn, nhắn lại: mất bao nhiêu, chuyển vào tài khoản nào.

emergency-numbers =
    113: công an (đánh nhau, trộm cướp, bắt cóc)
    114: cháy và cứu nạn (mắc kẹt, đuối nước, sập đổ, rò gas)
    115: cấp cứu y tế
    111: bảo vệ trẻ em (miễn phí, 24/7)
    112: thiên tai, tìm kiếm cứu nạn
    Việc đang xảy ra thì gọi số, đừng chờ trả lời ở đây.

# In doubt: the number first, then the ordinary help below it.
emergency-doubt =
    { $kind ->
        [fire-now] Nếu việc đang xảy ra: gọi 114 ngay.
        [gas-leak-now] Nếu gas đang rò: không bật, tắt điện, ra ngoài rồi gọi 114.
        [trapped] Nếu có người đang mắc kẹt: gọi 114 ngay.
        [drowning] Nếu việc đang xảy ra: gọi 114 và 115 ngay.
        [structure-now] Nếu việc đang xảy ra: tránh xa, gọi 114 ngay.
        [traffic-injury] Nếu có người bị thương: gọi 115 ngay.
        [medical-now] Nếu việc đang xảy ra: gọi 115 ngay.
        [suicide-risk] Nếu bạn hoặc ai đó đang muốn chết: gọi 115 hoặc 113 ngay, hoặc gọi người thân ở gần.
        [child-danger] Nếu trẻ đang gặp nguy hiểm: gọi 113 ngay, hoặc 111 (miễn phí, 24/7).
        [money-now] Nếu đang chuyển tiền hoặc vừa chuyển: dừng lại, gọi ngay số ngân hàng in trên thẻ.
       *[other] Nếu việc đang xảy ra: gọi 113 ngay.
    }
    Nếu chỉ hỏi hoặc báo để biết thì xem tiếp bên dưới.
# Asked once, five minutes after words of danger; never of somebody who may be hiding or watched.
safe-ask = { $kind ->
        [fire-now] Bạn đã an toàn chưa? Chưa gọi được thì gọi 114 ngay.
        [gas-leak-now] Bạn đã ra ngoài an toàn chưa? Chưa gọi được thì gọi 114 ngay.
        [trapped] Bạn đã an toàn chưa? Chưa gọi được thì gọi 114 ngay.
        [drowning] Người bị nạn đã lên bờ chưa? Chưa gọi được thì gọi 114 và 115 ngay.
        [structure-now] Bạn đã an toàn chưa? Chưa gọi được thì gọi 114 ngay.
        [traffic-injury] Đã có người giúp chưa? Chưa gọi được thì gọi 115 ngay.
        [medical-now] Đã có người giúp chưa? Chưa gọi được thì gọi 115 ngay.
        [suicide-risk] Bạn vẫn ổn chứ? Cần người giúp ngay: 115 hoặc 113. Bạn cứ nhắn ở đây.
        [money-now] Bạn đã gọi ngân hàng chưa? Chưa thì gọi ngay số in trên thẻ.
        [numbers] Bạn đã an toàn chưa? Chưa gọi được thì gọi ngay: 113, cháy 114, cấp cứu 115.
       *[other] Bạn đã an toàn chưa? Chưa gọi được thì gọi 113 ngay.
    }
safe-unsent = Tin CHƯA gửi cho công an phường, xã. Muốn gửi cả cho công an thì trả lời tiếp câu hỏi ở trên, hoặc nhắn GUI.
safe-good = Vâng, vậy là tốt rồi.
safe-not-yet = Vẫn chưa an toàn, cần giúp.
choice-safe = Ổn rồi
choice-not-safe = Chưa ổn
# In the writer's own script, the same in every language.
emergency-in-chinese = 请立即拨打：警察 113 · 消防、救援 114 · 急救 115
emergency-in-japanese = すぐに電話してください：警察 113・消防、救助 114・救急車 115
emergency-in-korean = 지금 바로 전화하세요: 경찰 113 · 소방, 구조 114 · 구급차 115
