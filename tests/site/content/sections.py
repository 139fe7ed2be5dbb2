"""The sections of the three editions, in the order of the navigation."""

from __future__ import annotations

from tests.site.model import Section

SECTIONS = (
    Section("vi", 11, "CHINH-TRI", "Chính trị"),
    Section("vi", 12, "KINH-TE", "Kinh tế"),
    Section("vi", 15, "THE-THAO", "Thể thao"),
    Section("vi", 16, "VAN-HOA", "Văn hóa"),
    Section("vi", 28, "KHOA-HOC-MOI-TRUONG", "Khoa học – môi trường"),
    Section("vi", 217, "PHAP-LUAT", "Pháp luật"),
    Section("vi", 219, "BHXH", "BHXH"),
    Section("vi", 220, "KY-PHONG-SU", "Ký – Phóng sự", on_front=False),
    Section("vi", 256, "ANH", "Ảnh"),
    Section("vi", 259, "VIDEO", "Video"),
    Section("vi", 276, "DU-LICH", "Du lịch"),
    Section("en", 2, "LOCAL-NEWS", "Local news"),
    Section("en", 6, "SOCIETY", "Society"),
    Section("en", 18, "PHOTOS", "Photos"),
    Section("mu", 2, "Kinh-te", "Kinh tế"),
    Section("mu", 4, "Xa-hoi", "Xã hội"),
)
"""vi 276 has no article at all, vi 28 fits on one page of its list."""
