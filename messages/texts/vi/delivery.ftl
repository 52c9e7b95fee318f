pin-label = Gửi vị trí
picture-on-its-way = Ảnh đang được tải về. Mời xem lại sau ít phút.
picture-missing = Không tải được ảnh này về.
picture-unreadable = Ảnh này không xem được; bản gốc vẫn được niêm phong.
