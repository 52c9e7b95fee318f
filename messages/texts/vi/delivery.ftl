pin-label = Gửi vị trí
