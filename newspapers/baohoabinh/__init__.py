"""Báo Hòa Bình điện tử (baohoabinh.com.vn)."""
