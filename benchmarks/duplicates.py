"""What the threshold for near duplicates rests on: precision and recall on labelled pairs.

The pairs are made, not collected: nobody has the site's own text in bulk. Stories are drawn from
sentence patterns of provincial news with many slots, so that unrelated pieces share turns of phrase
as real ones do. Pairs that tell the same story: republished, shortened, extended, one sentence
rewritten. Pairs that do not: one figure changed, the same form with other figures (weather,
traffic), the same kind of meeting elsewhere, unrelated pieces of one field.

Then all pieces are stored together, in one collection, and the pairs that the store records are held against
the labels: any two pieces that were not made as one story count as a mistake, however they came together. What
the search costs as a collection grows is in ``benchmarks/ingest.py``.
"""

from __future__ import annotations

import random
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from typing import TypeAlias

from rensa import RMinHash
from sqlalchemy import select

from pipelines import duplicates
from pipelines.duplicates import bands_of, compare, words_of
from pipelines.records.batch import Writer, write_batch
from pipelines.records.runs import start_run
from schemas.database import open_engine, prepare_schema, write_transaction
from schemas.tables import Duplicate
from tests.builders import FETCHED, article, signed

Story: TypeAlias = list[str]
PAIRS_OF_A_KIND = 200
HASHES = duplicates.BANDS * duplicates.BAND_ROWS
PRIME = (1 << 61) - 1
THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)

PLACES = [
    "Kỳ Sơn",
    "Lương Sơn",
    "Kim Bôi",
    "Lạc Thủy",
    "Yên Thủy",
    "Lạc Sơn",
    "Tân Lạc",
    "Mai Châu",
    "Đà Bắc",
    "Cao Phong",
]
COMMUNES = [
    "Mông Hóa",
    "Hợp Thành",
    "Phúc Tiến",
    "Độc Lập",
    "Yên Quang",
    "Phú Minh",
    "Thu Phong",
    "Bắc Phong",
    "Tây Phong",
]
BODIES = [
    "Ủy ban nhân dân",
    "Hội Nông dân",
    "Hội Phụ nữ",
    "Đoàn Thanh niên",
    "Mặt trận Tổ quốc",
    "Ban Dân vận",
]
TOPICS = ["giảm nghèo", "xây dựng nông thôn mới", "phòng cháy rừng", "chuyển đổi số", "vệ sinh môi trường"]
CROPS = ["cam", "bưởi", "mía tím", "nhãn", "rau hữu cơ", "nuôi cá lồng", "nuôi dê", "trồng nấm"]

SENTENCES = """Sáng ngày {d}, {b} huyện {p} tổ chức hội nghị bàn về công tác {t} trên địa bàn các xã, thị trấn.
Dự hội nghị có lãnh đạo huyện {p} cùng đại diện các phòng, ban và {n} đại biểu đến từ xã {c}.
Báo cáo tại hội nghị cho biết, toàn huyện hiện có {n} mô hình {k}, tăng {m}% so với cùng kỳ năm trước.
Tại xã {c}, nhiều hộ đã mạnh dạn vay vốn ngân hàng chính sách để mở rộng diện tích {k} theo hướng hàng hóa.
Thu nhập bình quân đầu người của xã {c} đạt {n} triệu đồng một năm, tỷ lệ hộ nghèo giảm còn {m}%.
Các đại biểu cho rằng cần đẩy mạnh tuyên truyền về {t} đến từng thôn, xóm và từng hộ gia đình.
{b} huyện {p} đã thành lập {m} tổ công tác xuống cơ sở để nắm bắt tâm tư, nguyện vọng của nhân dân.
Trong tháng tới, xã {c} sẽ tập trung hoàn thiện tuyến đường liên xóm dài {m} km với kinh phí {n} triệu đồng.
Phát biểu kết luận, lãnh đạo huyện {p} yêu cầu các ngành phối hợp chặt chẽ, thực hiện tốt nhiệm vụ {t}.
Nhờ {k}, gia đình anh ở xóm Can, xã {c} đã có của ăn của để, nuôi {m} con ăn học nên người.
Công tác {t} ở xã {c} được cấp ủy, chính quyền xác định là nhiệm vụ trọng tâm, thường xuyên.
Cùng với đó, {b} huyện {p} phối hợp mở {m} lớp tập huấn kỹ thuật {k} cho hội viên.
Bên cạnh kết quả đạt được, công tác {t} vẫn còn một số khó khăn do địa hình chia cắt, dân cư phân tán.
Dịp này, {n} tập thể, cá nhân của huyện {p} được khen thưởng vì có thành tích trong {t}.
Người dân xã {c} phấn khởi khi sản phẩm {k} được cấp chứng nhận và tìm được đầu ra ổn định.
Đến nay, huyện {p} có {m} xã đạt chuẩn, phấn đấu cuối năm có thêm xã {c} về đích.""".splitlines()

TRAFFIC = """Theo báo cáo của Ban An toàn giao thông tỉnh, trong ngày {d} trên địa bàn xảy ra {m} vụ tai nạn giao thông.
Các vụ tai nạn làm {m} người bị thương, hư hỏng {m} xe mô tô và {m} xe ô tô, thiệt hại khoảng {n} triệu đồng.
Lực lượng cảnh sát giao thông đã kiểm tra {q} lượt phương tiện, phát hiện và xử lý {r} trường hợp vi phạm.
Trong đó có {n} trường hợp vi phạm nồng độ cồn, {h} trường hợp chạy quá tốc độ, tước {m} giấy phép lái xe.
Tổng số tiền xử phạt nộp kho bạc nhà nước là {q} triệu đồng, tạm giữ {n} phương tiện các loại.
Người tham gia giao thông cần chấp hành nghiêm Luật Giao thông đường bộ, đội mũ bảo hiểm khi đi mô tô, xe máy.""".splitlines()

WEATHER = """Dự báo thời tiết ngày {d}: khu vực thành phố Hòa Bình nhiều mây, có mưa rào và dông vài nơi.
Nhiệt độ thấp nhất từ {m} độ C, nhiệt độ cao nhất từ {n} độ C, gió nhẹ, độ ẩm trung bình {h}%.
Khu vực các huyện vùng cao trời mát, đêm và sáng có sương mù nhẹ, nhiệt độ từ {m} đến {n} độ C.
Mực nước hồ Hòa Bình lúc 7 giờ là {h} m, lưu lượng về hồ {q} m3/s, lưu lượng xả {r} m3/s.
Trong cơn dông đề phòng khả năng xảy ra lốc, sét, mưa đá và gió giật mạnh, người dân cần chú ý an toàn.""".splitlines()


def main() -> None:
    """Print precision and recall at several thresholds, and how many pairs the bands bring together."""
    rng = random.Random(1)  # noqa: S311 - makes the same pairs in every run
    same = [pair for make in SAME for pair in _pairs(make, rng)]
    other = [pair for make in OTHER for pair in _pairs(make, rng)]
    print(f"{len(same)} pairs that tell the same story, {len(other)} that do not\n")
    print("| threshold | precision | recall | recall of the bands |")
    print("| ---: | ---: | ---: | ---: |")
    chosen = duplicates.THRESHOLD
    for threshold in THRESHOLDS:
        duplicates.THRESHOLD = threshold
        found = [pair for pair in same if compare(*pair)]
        wrong = [pair for pair in other if compare(*pair)]
        met = sum(1 for pair in found if _share_a_band(*pair))
        precision = len(found) / (len(found) + len(wrong))
        mark = " (chosen)" if threshold == chosen else ""
        print(
            f"| {threshold}{mark} | {precision:.3f} | {len(found) / len(same):.3f} | {met / len(found):.3f} |"
        )
    duplicates.THRESHOLD = chosen
    print("\n| kind of pair | same story | found |\n| --- | --- | ---: |")
    for label, makes in (("yes", SAME), ("no", OTHER)):
        for make in makes:
            pairs = list(_pairs(make, rng))
            share = sum(1 for pair in pairs if compare(*pair)) / len(pairs)
            print(f"| {(make.__doc__ or '').strip('.')} | {label} | {share:.3f} |")
    _print_stored(same, other)
    _print_signatures([one for one, _ in same])


def _print_stored(same: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    """What the store makes of all pieces together."""
    pieces = [piece for pair in [*same, *other] for piece in pair]
    stored = [signed(article(number, lead=None, body=[text])) for number, text in enumerate(pieces, 1)]
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/labelled.db")
        prepare_schema(engine)
        with write_transaction(engine) as connection:
            writer = Writer(start_run(connection, "benchmark", {}, FETCHED), "benchmark", 7)
            for start in range(0, len(stored), 200):
                write_batch(connection, stored[start : start + 200], writer)
            rows = connection.execute(select(Duplicate.of_article_id, Duplicate.article_id)).all()
        engine.dispose()
    found, told = {tuple(row) for row in rows}, {(2 * n + 1, 2 * n + 2) for n in range(len(same))}
    right = len(found & told)
    print(f"\nStored together, {len(pieces):,} pieces: {len(found)} pairs recorded, {right} of them right:")
    print(f"precision {right / len(found):.3f}, recall {right / len(told):.3f}")


def _print_signatures(texts: list[str]) -> None:
    """What one signature takes, with the library and in plain Python."""
    size = duplicates.SHINGLE_WORDS
    shingles = [
        sorted({" ".join(words[at : at + size]) for at in range(len(words) - size + 1)})
        for words in map(words_of, texts)
    ]
    started = time.perf_counter()
    for part in shingles:
        minhash = RMinHash(num_perm=HASHES, seed=duplicates.SEED)
        minhash.update(part)
        minhash.digest()
    library = (time.perf_counter() - started) / len(texts)
    rng = random.Random(duplicates.SEED)  # noqa: S311
    factors = [(rng.randrange(1, PRIME), rng.randrange(PRIME)) for _ in range(HASHES)]
    started = time.perf_counter()
    for part in shingles[:100]:
        hashes = [zlib.crc32(shingle.encode()) for shingle in part]
        _ = [min((a * value + b) % PRIME for value in hashes) for a, b in factors]
    plain = (time.perf_counter() - started) / 100
    print(f"\nA signature of {HASHES} hashes: {library * 1e6:.0f} µs with rensa,", end=" ")
    print(f"{plain * 1e6:,.0f} µs in plain Python ({plain / library:.0f} times as long)")


def _pairs(
    make: Callable[[random.Random], tuple[Story, Story]], rng: random.Random
) -> Iterator[tuple[str, str]]:
    for _ in range(PAIRS_OF_A_KIND):
        one, other = make(rng)
        yield " ".join(one), " ".join(other)


def _share_a_band(one: str, other: str) -> bool:
    return bool(set(bands_of(words_of(one))) & set(bands_of(words_of(other))))


def _fill(pattern: str, rng: random.Random, **fixed: str) -> str:
    slots = {
        "d": f"{rng.randint(1, 28)}/{rng.randint(1, 12)}",
        "b": rng.choice(BODIES),
        "p": rng.choice(PLACES),
        "c": rng.choice(COMMUNES),
        "t": rng.choice(TOPICS),
        "k": rng.choice(CROPS),
        "n": str(rng.randint(21, 99)),
        "m": str(rng.randint(2, 20)),
        "h": str(rng.randint(75, 117)),
        "q": str(rng.randint(400, 3000)),
        "r": str(rng.randint(400, 3000)),
    }
    return pattern.format(**slots | fixed)


def _story(rng: random.Random) -> Story:
    place, topic = rng.choice(PLACES), rng.choice(TOPICS)
    return [_fill(pattern, rng, p=place, t=topic) for pattern in rng.sample(SENTENCES, rng.randint(8, 12))]


def weather(rng: random.Random) -> Story:
    """A weather report."""
    return [_fill(pattern, rng) for pattern in WEATHER]


def republished(rng: random.Random) -> tuple[Story, Story]:
    """Republished word for word."""
    story = _story(rng)
    return story, list(story)


def shortened(rng: random.Random) -> tuple[Story, Story]:
    """Shortened by a fifth."""
    story = _story(rng)
    return story, story[: -max(1, len(story) // 5)]


def extended(rng: random.Random) -> tuple[Story, Story]:
    """Extended by a fifth."""
    story = _story(rng)
    more = [pattern for pattern in SENTENCES if "{n}" not in pattern and "{m}" not in pattern]
    return story, [*story, *(_fill(pattern, rng) for pattern in rng.sample(more, max(1, len(story) // 5)))]


def rewritten(rng: random.Random) -> tuple[Story, Story]:
    """One sentence rewritten."""
    story = _story(rng)
    plain = [i for i, sentence in enumerate(story) if not any(letter.isdigit() for letter in sentence)]
    place = rng.choice(plain) if plain else 0
    changed = list(story)
    changed[place] = (
        "Đây là hoạt động thiết thực, được đông đảo cán bộ và nhân dân địa phương đồng tình ủng hộ."
    )
    return story, changed if plain else story


def refigured(rng: random.Random) -> tuple[Story, Story]:
    """One figure changed."""
    story = [*_story(rng), "Tổng thu ngân sách trên địa bàn tăng 5% so với kế hoạch được giao."]
    return story, [*story[:-1], story[-1].replace("5%", f"{rng.randint(6, 30)}%")]


def forecast(rng: random.Random) -> tuple[Story, Story]:
    """The weather of another day."""
    return weather(rng), weather(rng)


def traffic(rng: random.Random) -> tuple[Story, Story]:
    """The traffic of another day."""
    return [_fill(p, rng) for p in TRAFFIC], [_fill(p, rng) for p in TRAFFIC]


def meeting(rng: random.Random) -> tuple[Story, Story]:
    """The same kind of meeting elsewhere."""
    patterns, topic = rng.sample(SENTENCES, 10), rng.choice(TOPICS)
    one, other = rng.sample(PLACES, 2)
    return [_fill(p, rng, p=one, t=topic) for p in patterns], [
        _fill(p, rng, p=other, t=topic) for p in patterns
    ]


def notice(rng: random.Random) -> tuple[Story, Story]:
    """The same form without figures, other names."""
    patterns = rng.sample([p for p in SENTENCES if not any(slot in p for slot in ("{n}", "{m}", "{d}"))], 6)
    return [_fill(p, rng) for p in patterns], [_fill(p, rng) for p in patterns]


def unrelated(rng: random.Random) -> tuple[Story, Story]:
    """Two pieces of one field."""
    return _story(rng), _story(rng)


SAME = (republished, shortened, extended, rewritten)
OTHER = (refigured, forecast, traffic, meeting, notice, unrelated)

if __name__ == "__main__":
    main()
