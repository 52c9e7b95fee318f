# Said to what somebody asks or says about the service itself, whatever is going on.
aside-when = Mình không biết khi nào. Cán bộ xem tin rồi nhắn bạn ngay tại đây. Việc đang xảy ra thì gọi 113, đừng chờ ở đây.
aside-who = Mình là chương trình trả lời tự động. Tin bạn gửi thì cán bộ công an đọc. Việc gấp: gọi 113, cháy 114, cấp cứu 115.
aside-withdraw = Tin đã gửi thì không rút lại được. Bạn nhắn cho cán bộ biết chỗ chưa đúng; muốn xóa thông tin của mình thì nhắn /xoa.
complaint-elsewhere = Khiếu nại, tố cáo cán bộ, kể cả công an: mời bạn tới nơi tiếp công dân, hoặc công an tỉnh, thành phố. Kênh này do công an phường, xã đọc, nên không nhận; điều bạn vừa nhắn chưa gửi cho ai.
