### Áp phích treo ở phường: quét mã để nhắn tin cho công an phường.

poster-title = Báo tin cho Công an { $ward }
poster-lead = Thấy việc mất an ninh, mất trật tự, nguy cơ cháy nổ quanh mình: quét mã, kể vài dòng, gửi ảnh nếu có.
poster-reach = Không cần nêu tên. Có mã để xem lại và nghe trả lời.
poster-chat = Nhắn trong { $app }
poster-page = Mở trang web, không cần tài khoản
poster-emergency = Đang nguy hiểm thì gọi ngay
poster-police = Công an
poster-fire = Cháy, cứu nạn
poster-ambulance = Cấp cứu
poster-phone = Trực ban { $ward }: { $phone }
poster-office = Trụ sở: { $office }
poster-hours = Giờ làm việc: { $hours }
poster-trial = Đang chạy thử
