"""The English and the Mường edition.

Mường is written here with the marks that its letters have (U+0312, U+032D); the sentences are made up.
"""

from __future__ import annotations

from unicodedata import normalize

from tests.site.model import Era, Picture, Piece, Print, Truth, at

_O, _A, _E = "o\u0312", "a\u032d", "e\u032d"


def _muong(text: str) -> str:
    """Put the marks on: ``o'``, ``a^`` and ``e^``; a sign after another letter goes out."""
    marked = text.replace("o'", _O).replace("a^", _A).replace("e^", _E)
    return normalize("NFC", marked.replace("'", "").replace("^", ""))


PIECES = [
    Piece(
        Truth(
            edition="en",
            article_id=871,
            section_id=2,
            slug="Kim-Boi-hot-spring-welcomes-visitors",
            headline="Kim Boi hot spring welcomes visitors",
            agency="HBO",
            lead="After two years of upgrading, the hot spring resort in Kim Boi district has reopened "
            "with new bathing areas and a campsite by the stream.",
            body=(
                "The resort lies 30 km from Hoa Binh city. Its mineral water comes out at 36 degrees "
                "Celsius all year round.",
                "Last weekend the resort received nearly 900 visitors, most of them from Hanoi.",
            ),
            posted=at(2013, 3, 8, 9, 30, 15),
            pictures=(
                Picture(
                    src="/Includes/NewsDetail/3_2013/dt_832013_kim boi.jpg",
                    caption="Visitors at the Kim Boi hot spring.",
                    after=0,
                ),
            ),
        ),
        Print(era=Era.WORD, date="sister", prefix="(HBO) – ", quotes=('"', '"')),
    ),
    Piece(
        Truth(
            edition="en",
            article_id=3301,
            section_id=6,
            slug="Young-people-learn-to-play-g111ngs",
            headline="Young people learn to play “Muong” gongs",
            agency="HBO",
            lead="A class teaching the art of Muong gongs has been opened in Tan Lac district for 45 "
            "pupils of secondary schools.",
            body=(
                "The class lasts three weeks and is taught by four artisans. Pupils learn the names of "
                "the gongs, how to hold them and how to play three old pieces.",
                "“I can play the opening piece now, my grandmother is very happy”, a pupil of Phong Phu "
                "school said.",
            ),
            posted=at(2016, 11, 5, 14, 45),
        ),
        Print(era=Era.WORD, date="english", prefix="(HBO) - ", hard_breaks="\n"),
    ),
    Piece(
        Truth(
            edition="en",
            article_id=5248,
            section_id=2,
            slug="Cao-Ph111ng-oranges-on-the-way-to-supermarkets",
            headline="Cao Phong oranges on the way to supermarkets",
            agency="HBO",
            lead="Cooperatives in Cao Phong district have signed contracts to sell 1,200 tonnes of "
            "oranges to supermarkets this season.",
            body=(
                "Every orange carries a stamp that tells the buyer the garden it was picked in and the "
                "day of harvest.",
            ),
            posted=at(2019, 10, 14, 16, 20),
        ),
        Print(era=Era.SPAN, date="english", prefix="(HBO) "),
    ),
    Piece(
        Truth(
            edition="en",
            article_id=6270,
            section_id=18,
            slug="Spring-c111lours-of-Mai-Chau",
            kind="photo",
            headline="Spring colours of Mai Chau",
            agency="HBO",
            lead="Ban flowers are in bloom all over the valley of Mai Chau, where the Thai people weave "
            "and farm.",
            posted=at(2021, 4, 30, 8, 0),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/4_2021/6270_one.jpg",
                    caption="Stilt houses in Lac village.",
                ),
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/4_2021/6270_two.jpg",
                    caption="A weaver at her loom (Chieng Chau commune).",
                ),
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/4_2021/6270_three.jpg",
                    caption="Rice fields seen from the pass.",
                ),
            ),
        ),
        Print(era=Era.PLAIN, date="weekday", prefix="(HBO) – "),
    ),
    Piece(
        Truth(
            edition="en",
            article_id=8607,
            section_id=6,
            slug="New-school-year-in-the-highlands",
            headline="New school year in the highlands",
            lead="More than 2,400 pupils in the highland communes of Da Bac district have started the new "
            "school year in solid classrooms.",
            body=(
                "Over the past three years, 38 makeshift classrooms have been replaced. Boarding pupils "
                "have warm meals and a library in every school.",
                "Teachers say that attendance on the first day reached 99 percent.",
            ),
            posted=at(2024, 11, 8, 7, 15),
        ),
        Print(era=Era.PLAIN, date="zone"),
    ),
    Piece(
        Truth(
            edition="mu",
            article_id=760,
            section_id=2,
            slug="Nge-che-tac-kal-luo,-da-kanh-Lam-Xon",
            headline=_muong("Nge che ta^c kal luo', da ka^nh Lam Xon"),
            agency="HBDT",
            lead=_muong(
                "Mo'ng xua^n, ho' da^n xo'm Ải pa^nh tho' la^m nge che ta^c kal luo', mo^i na^m thu ha'ng "
                "cha^c trie^u do'ng."
            ),
            body=(
                _muong(
                    "Xa Lam Xon co' 3 xo'm la^m nge nay, tha^ng na^o cu'ng co' kha^ch ve^ mua. Ho' da^n "
                    "nhie^u nha^ da thoa^t nghe^o."
                ),
                _muong(
                    "Ho'i no'ng da^n mo' 2 lo'p ho'c cho 60 ngua^i, da^y ca^ch cho'n go' va^ ta^c hoa va^n."
                ),
            ),
            posted=at(2016, 11, 5, 10, 0),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/11_2016/760_kal luo.jpg",
                    caption=_muong("Ho' da^n xo'm Ải ta^c kal luo'."),
                    after=1,
                ),
            ),
        ),
        Print(era=Era.WORD, date="weekday", prefix="(HBDT) – ", quotes=('"', '"')),
    ),
    Piece(
        Truth(
            edition="mu",
            article_id=2210,
            section_id=4,
            slug="Ho-da-xom-Cu-kop-cong-tang-mat",
            headline=_muong("Ho' da^n xo'm Cu ko'p co'ng la^m ta^ng"),
            agency="HBDT",
            lead=_muong("Xo'm Cu co' 84 nha^, na^m nay ko'p 320 co'ng la^m ta^ng va^o kha^nh do'ng."),
            body=(_muong("Ta^ng da^i 1,2 km, ro'ng 3 m, xe ta^i va^o da^ng hoa^ng. Da^n xo'm vui lo'ng."),),
            posted=at(2019, 10, 14, 15, 30, 20),
        ),
        Print(era=Era.SPAN, date="letters", prefix="(HBDT) – "),
    ),
    Piece(
        Truth(
            edition="mu",
            article_id=3962,
            section_id=4,
            slug="Nga-le-xen-muong",
            headline=_muong("Nga^y le^ xe^n mo'ng o' Tha^ng"),
            lead=_muong("Nga^y 5/5, xa Tha^ng mo' nga^y le^ xe^n mo'ng, da^n ca^c xo'm ve^ do'ng vui."),
            body=(
                _muong(
                    "Pha^n le^ co' ruo'c nuo'c, da^ng hoa. Pha^n ho'i co' ha^t tho'ng, da^nh chie^ng, "
                    "ne'm co'n."
                ),
                _muong("Xa mo'ng gi'u nga^y le^ cho la^p tre^ bie^t go'c mo'ng."),
            ),
            posted=at(2023, 5, 5, 9, 5),
        ),
        Print(era=Era.PLAIN, date="zone"),
    ),
]
