acts-head = Nhật ký: việc không thuộc tin nào, mới nhất trước
acts-line = { $at } · { $name } · { $what }
acts-line-of = { $at } · { $name } · { $what } ({ $detail })
acts-operator = người vận hành máy chủ
acts-none = Không còn dòng nào.
acts-not-yours = Nhật ký dành cho người kiểm tra.
choice-o-menu-acts = Nhật ký
acts-what = { $what ->
    [enrolled] ghi danh
    [role-granted] nhận thêm vai trò
    [officer-active] xác nhận cán bộ
    [officer-revoked] thu quyền cán bộ
    [invited] tạo lời mời
    [revoked] thu quyền cán bộ
    [group-linked] nối nhóm chat
    [group-unlinked] ngắt nhóm chat
    [question-answered] trả lời câu hỏi cháy nổ
    [viewed-question] mở câu hỏi cháy nổ
    [listed-questions] xem danh sách câu hỏi
    [listed-queue] xem hàng chờ
    [listed-bundle] xem gói tin
    [listed-officers] xem danh sách cán bộ
    [searched-in-vain] tìm tin không thấy
    [refused-content] bị từ chối xem nội dung
    [read-remarks] xem lời góp ý
    [read-acts] xem nhật ký
    [signed-in] đăng nhập máy trực
    [signed-out] đăng xuất máy trực
    [second-factor-given] nhập mã hai lớp
    [second-factor-dropped] xóa xác thực hai lớp
    [sign-in-permitted] cấp mã đăng nhập máy trực
    [searched] tìm chữ trong các tin
    [second-factor-wrong] nhập sai mã hai lớp
    [campaign-handed-in] trình đợt thông báo
    [campaign-approved] duyệt đợt thông báo
    [campaign-waiting] sửa đợt thông báo
    [campaign-cancelled] hủy đợt thông báo
    [campaign-put-off] hoãn đợt thông báo
    [campaign-pause] tạm dừng đợt thông báo
    [campaign-resume] gửi tiếp đợt thông báo
    [campaign-cancel] hủy đợt thông báo
    [campaign-recall] thu hồi đợt thông báo
    [campaign-correct] đính chính đợt thông báo
    [enabled-ward] mở phường, xã
    [disabled-ward] đóng phường, xã
    [imported-wards] nhập danh sách phường, xã
    [erased] xóa hẳn một tin
    [restored] khôi phục từ bản sao
    [lines-retried] gửi lại dòng bị treo
    [lines-dropped] bỏ dòng bị treo
    [set-aside] gác một tin nhắn lỗi
    [reporter-set-aside] gác một hồ sơ người gửi bị hỏng
   *[other] việc khác: { $what }
}
