"""What the threshold for duplicates rests on: precision and recall on labelled pairs.

The pairs are made, not collected: nobody has the site's own text in bulk. Stories are drawn from
sentence patterns of provincial news with many slots, so that unrelated pieces share turns of phrase
as real ones do. Pairs that tell the same story: republished, extended, rewritten in part, cut down to so much of
the words. Pairs that do not: one figure changed, the same form with other figures (weather, traffic), the same
kind of meeting elsewhere, a quotation in common, unrelated pieces of one field; some of them cut down, too.

Then all pieces are stored together, in one collection, and the pairs that the store records are held against
the labels: any two pieces that were not made as one story count as a mistake, however they came together. What
the search costs as a collection grows is in ``benchmarks/ingest.py``.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeAlias

from sqlalchemy import select

from pipelines import signatures
from pipelines.records.batch import Writer, write_batch
from pipelines.records.duplicate_rows import SHARED
from pipelines.records.run_rows import start_run
from pipelines.signatures import Text, anchors_of, compare, words_of
from schemas.database import open_engine, prepare_schema, write_transaction
from schemas.tables import Duplicate
from tests.builders import FETCHED, article, signed

Story: TypeAlias = list[str]
Make: TypeAlias = Callable[[random.Random], tuple[Story, Story]]
PAIRS_OF_A_KIND = 100
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
    """Print precision and recall at several thresholds, and how many pairs the anchors bring together."""
    rng = random.Random(1)  # noqa: S311 - makes the same pairs in every run
    same = {label: list(_pairs(make, rng)) for label, make in SAME.items()}
    other = {label: list(_pairs(make, rng)) for label, make in OTHER.items()}
    all_same, all_other = [*chain(*same.values())], [*chain(*other.values())]
    print(f"{len(all_same)} pairs that tell the same story, {len(all_other)} that do not\n")
    print("| threshold | precision | recall | recall of the anchors |")
    print("| ---: | ---: | ---: | ---: |")
    chosen = signatures.CONTAINED
    for threshold in THRESHOLDS:
        signatures.CONTAINED = threshold
        found = [pair for pair in all_same if compare(*map(Text, pair))]
        wrong = [pair for pair in all_other if compare(*map(Text, pair))]
        met = sum(1 for pair in found if _meet(*pair))
        precision = len(found) / (len(found) + len(wrong))
        mark = " (chosen)" if threshold == chosen else ""
        recall = len(found) / len(all_same)
        print(f"| {threshold}{mark} | {precision:.3f} | {recall:.3f} | {met / len(found):.3f} |")
    signatures.CONTAINED = chosen
    print("\n| kind of pair | same story | found |\n| --- | --- | ---: |")
    for answer, kinds in (("yes", same), ("no", other)):
        for label, pairs in kinds.items():
            share = sum(1 for pair in pairs if _meet(*pair) and compare(*map(Text, pair))) / len(pairs)
            print(f"| {label} | {answer} | {share:.3f} |")
    _print_stored(all_same, all_other)
    _print_signing([one for one, _ in all_same])


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


def _print_signing(texts: list[str]) -> None:
    """What choosing the anchors takes, and how many there are."""
    words = [words_of(text) for text in texts]
    started = time.process_time()
    anchors = [anchors_of(one) for one in words]
    spent = (time.process_time() - started) / len(texts)
    rows, length = (sum(map(len, lists)) / len(texts) for lists in (anchors, words))
    print(f"\nA text of {length:.0f} words: {spent * 1e6:.0f} µs for its {rows:.1f} anchors")


def _pairs(make: Make, rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(PAIRS_OF_A_KIND):
        one, other = make(rng)
        yield " ".join(one), " ".join(other)


def _meet(one: str, other: str) -> bool:
    """Whether the store would compare the texts."""
    anchors, others = (set(anchors_of(words_of(text))) for text in (one, other))
    return bool(shared := len(anchors & others)) and shared * SHARED >= min(len(anchors), len(others))


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


def _long(rng: random.Random) -> Story:
    """A story of two meetings: one that can be cut to 40 % and still be long enough to compare."""
    return list(dict.fromkeys([*_story(rng), *_story(rng)]))


def weather(rng: random.Random) -> Story:
    """A weather report."""
    return [_fill(pattern, rng) for pattern in WEATHER]


def republished(rng: random.Random) -> tuple[Story, Story]:
    story = _story(rng)
    return story, list(story)


def _cut(story: Story, share: float, _rng: random.Random | None = None) -> Story:
    """The first sentences of a story, so much of its words."""
    most, kept = share * sum(len(sentence.split()) for sentence in story), 0
    for at, sentence in enumerate(story):
        kept += len(sentence.split())
        if kept > most:
            return story[:at]
    return story


def _pick(story: Story, share: float, rng: random.Random) -> Story:
    """Sentences out of all of a story, in their order."""
    shuffled = rng.sample(story, len(story))
    kept = set(_cut(shuffled, share))
    return [sentence for sentence in story if sentence in kept]


def _copy_of(cut: Callable[[Story, float, random.Random], Story], share: float) -> Make:
    def make(rng: random.Random) -> tuple[Story, Story]:
        story = _long(rng)
        return story, cut(story, share, rng)

    return make


def _pick_with_opening(story: Story, share: float, rng: random.Random) -> Story:
    return ["Theo tin từ cơ sở, công việc đang được triển khai.", *_pick(story, share, rng)]


def extended(rng: random.Random) -> tuple[Story, Story]:
    story = _story(rng)
    more = [pattern for pattern in SENTENCES if "{n}" not in pattern and "{m}" not in pattern]
    return story, [*story, *(_fill(pattern, rng) for pattern in rng.sample(more, max(1, len(story) // 5)))]


def rewritten(rng: random.Random) -> tuple[Story, Story]:
    story = _story(rng)
    plain = [i for i, sentence in enumerate(story) if not any(letter.isdigit() for letter in sentence)]
    place = rng.choice(plain) if plain else 0
    changed = list(story)
    changed[place] = (
        "Đây là hoạt động thiết thực, được đông đảo cán bộ và nhân dân địa phương đồng tình ủng hộ."
    )
    return story, changed if plain else story


def refigured(rng: random.Random) -> tuple[Story, Story]:
    story = [*_story(rng), "Tổng thu ngân sách trên địa bàn tăng 5% so với kế hoạch được giao."]
    return story, [*story[:-1], story[-1].replace("5%", f"{rng.randint(6, 30)}%")]


def forecast(rng: random.Random) -> tuple[Story, Story]:
    return weather(rng), weather(rng)


def traffic(rng: random.Random) -> tuple[Story, Story]:
    return [_fill(p, rng) for p in TRAFFIC], [_fill(p, rng) for p in TRAFFIC]


def meeting(rng: random.Random) -> tuple[Story, Story]:
    patterns, topic = rng.sample(SENTENCES, 10), rng.choice(TOPICS)
    one, other = rng.sample(PLACES, 2)
    return [_fill(p, rng, p=one, t=topic) for p in patterns], [
        _fill(p, rng, p=other, t=topic) for p in patterns
    ]


def notice(rng: random.Random) -> tuple[Story, Story]:
    patterns = rng.sample([p for p in SENTENCES if not any(slot in p for slot in ("{n}", "{m}", "{d}"))], 6)
    return [_fill(p, rng) for p in patterns], [_fill(p, rng) for p in patterns]


def unrelated(rng: random.Random) -> tuple[Story, Story]:
    return _story(rng), _story(rng)


def cut_refigured(rng: random.Random) -> tuple[Story, Story]:
    story = [f"Tổng thu ngân sách trên địa bàn tăng {rng.randint(31, 60)}% so với kế hoạch.", *_long(rng)]
    return story, _with_first(
        f"Tổng thu ngân sách trên địa bàn tăng {rng.randint(61, 90)}% so với kế hoạch.", story
    )


def cut_misplaced(rng: random.Random) -> tuple[Story, Story]:
    story = [
        "Tổng thu ngân sách trên địa bàn tăng 35% so với kế hoạch.",
        *_long(rng),
        "Chi thường xuyên giảm 61% theo chủ trương tiết kiệm.",
    ]
    return story, _with_first("Tổng thu ngân sách trên địa bàn tăng 61% so với kế hoạch.", story)


def cut_traffic(rng: random.Random) -> tuple[Story, Story]:
    return [_fill(p, rng) for p in TRAFFIC], [_fill(p, rng) for p in TRAFFIC[:4]]


def cut_meeting(rng: random.Random) -> tuple[Story, Story]:
    one, other = meeting(rng)
    return one, _cut(other, 0.5)


def quoting(rng: random.Random) -> tuple[Story, Story]:
    quote = [
        "Đồng chí nhấn mạnh phải lấy sự hài lòng của người dân làm thước đo hiệu quả công việc của cán bộ.",
        "Ở đâu cán bộ gần dân, hiểu dân, nói đi đôi với làm thì ở đó phong trào đi lên vững chắc và thực chất.",
    ]
    return [*_long(rng), *quote], [*_pick(_long(rng), 0.4, rng), *quote]


def cut_unrelated(rng: random.Random) -> tuple[Story, Story]:
    return _long(rng), _pick(_long(rng), 0.4, rng)


def _with_first(sentence: str, story: Story) -> Story:
    return [sentence, *_cut(story, 0.4)[1:]]


SAME: dict[str, Make] = {
    "Republished word for word": republished,
    "Extended by a fifth": extended,
    "One sentence rewritten": rewritten,
    "Cut to 80 %, the end": _copy_of(_cut, 0.8),
    "Cut to 65 %, sentences all over": _copy_of(_pick, 0.65),
    "Cut to 50 %, the end": _copy_of(_cut, 0.5),
    "Cut to 40 %, the end": _copy_of(_cut, 0.4),
    "Cut to 40 %, sentences all over": _copy_of(_pick, 0.4),
    "Cut to 40 %, sentences all over, under an opening of its own": _copy_of(_pick_with_opening, 0.4),
}
OTHER: dict[str, Make] = {
    "One figure changed": refigured,
    "Cut to 40 %, one figure changed": cut_refigured,
    "Cut to 40 %, one figure changed to another of the text": cut_misplaced,
    "The weather of another day": forecast,
    "The traffic of another day": traffic,
    "The traffic of another day, cut": cut_traffic,
    "The same kind of meeting elsewhere": meeting,
    "The same kind of meeting elsewhere, cut to half": cut_meeting,
    "The same form without figures, other names": notice,
    "Two stories with a quotation in common": quoting,
    "Two pieces of one field": unrelated,
    "Two pieces of one field, one of them short": cut_unrelated,
}

if __name__ == "__main__":
    main()
