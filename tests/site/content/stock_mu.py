"""Sentences of which the Mường filler articles are made: made up, with the marks of its letters."""

from __future__ import annotations

from unicodedata import normalize


def _m(text: str) -> str:
    """Put U+0312 on each ``ơ`` and U+032D under each ``â``, which Vietnamese letters stand for here."""
    return normalize("NFC", text.replace("ơ", "o\u0312").replace("â", "a\u032d"))


VALUES = {
    "x": ("Ải", "Cu", "Lầm", "Khến", "Thăng", "Dom", "Mòn", "Vó"),
    "v": tuple(map(_m, ("ngơ", "kâ lươ", "môch", "lâng", "tlâu", "cơn ca", "mât ong", "tlải bười"))),
    "d": tuple(map(_m, ("hơ dân", "kon mơng", "ươn mế", "lơp tlẻ", "pô đâm"))),
}

HEADLINES = tuple(
    map(_m, ("Xơm {x} lâm tâng mởi", "Nghề {v} ở xơm {x}", "{d} xơm {x} kơp công", "Mùa {v} dưới mơng"))
)

LEADS = tuple(
    map(
        _m,
        (
            "Năm nãy, {d} xơm {x} đã kơp {n} công lâm tâng, mơ thêm lối vâo khảnh đồng {v}.",
            "Xơm {x} cỏ {n} nhâ lâm nghề {v}, thảng nâo cũng cỏ khảch dưới xuôi lên mua.",
            "Đêm qua, {d} ở xơm {x} mơ hội, cỏ {n} ngươi vê chơi, đảnh chiêng, uổng rươu kân.",
        ),
    )
)

SENTENCES: dict[int, tuple[str, ...]] = {
    0: tuple(
        map(
            _m,
            (
                "Cải tâng dâi {n} mét, hai bên tlồng hoa, đêm đêm cỏ điên sảng.",
                "Nhâ nâo cũng cỏ khung cửi, {d} dêt vải từ khi côn tlẻ.",
                "Năm qua bản được {n} tấn {v}, đủ ăn côn đem bản ngoâi chơ.",
                "Ông mo xơm {x} kể, ngây trước đi chơ phải lôi qua ba con suổi.",
                "Cản bộ xã vê tận nhâ, bảo {d} câch chăm {v} cho tốt.",
                "Lơp học buổi tối cỏ {n} ngươi, già tlẻ đều chăm.",
                "Mỗi thảng {d} xơm {x} đều quét tâng, khơi mương một lần.",
                "Tlâu bỏ được nhốt chuồng, không thả rông vâo ruông {v}.",
                "Nước sach vê tận bếp cho {n} nhâ dưới chân đồi.",
                "Con chảu đi lâm xa gửi tiền vê sửa nhâ sân cho mế.",
                "Hội thi nấu cơm lam cỏ {n} đôi, xơm {x} được giải nhất.",
                "Tiểng chiêng vang từ đầu xơm {x} đến tận bờ suổi.",
                "Rừng luồng {n} mẫu do {d} giữ, ai chăt phải xin phép.",
                "Tlong vươn, {d} tlồng thêm {v} vâ nuôi gâ.",
                "Tết đến, nhâ nâo cũng gỏi bảnh, mơi khảch xơm {x} sang chơi.",
                "Chơ phiên hop ngây chẵn, bản {v}, vải vâ muổi.",
                "Thầy giảo bảo, {n} em đã biểt đoc, biểt tỉnh.",
                "Khi lủa chín, {d} rủ nhau găt giúp, tối lai ăn chung.",
            ),
        )
    )
}
