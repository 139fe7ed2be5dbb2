"""No cell of a CSV is a formula, whatever a page held: as spreadsheets read it, and by a real one."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from analysis.exports.datasets import Column, Type
from analysis.exports.formats import Format, written
from schemas.spreadsheet import escape, unescape
from tests.analysis.exports.reading import csv_rows

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
HOSTILE = [
    *(f"{sign}1+1" for sign in SIGNS),
    *(
        f"{before}=1+1"
        for before in ["\t", "\r", "\n", "\r\n", " ", "\xa0", "\u3000", "\u200b", "\ufeff", "\x00"]
    ),
    '=HYPERLINK("http://127.0.0.1/?x="&A1,"đây")',
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)*cmd|'/c calc'!A1",
    "- Thưa ông, năm nay thu hoạch ra sao?",
    "Lời đầu\n\n=1+1\n\nlời cuối",
    "Lời đầu\r=1+1",
    "trước;=1+1;sau",
    "trước\t=1+1\tsau",
    'trước";=1+1;"sau',
    '",=1+1,"',
    'trước;"=1+1',
    "'=1+1",
    "''=1+1",
    ";\t\n;=1+1",
]
texts = st.text(st.sampled_from(SIGNS + "'\"\t\r\n;, a1(\x00\ufeff\xa0"), max_size=12) | st.text(max_size=12)


@pytest.fixture
def hostile_csv(tmp_path: Path) -> Path:
    path = tmp_path / "hostile.csv"
    kinds = (Type.INTEGER, Type.TEXT, Type.TEXTS)
    columns = [Column(name, kind, "", "") for name, kind in zip(("n", "cell", "list"), kinds, strict=True)]
    with written(path, columns, Format.CSV) as write:
        write([(number, text, ["Mai", text]) for number, text in enumerate(HOSTILE)])
    return path


@given(texts)
def test_escaping_adds_apostrophes_only_and_can_be_undone(text: str) -> None:
    escaped = escape(text)

    assert unescape(escaped) == text
    assert escaped.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", ["Mai Châu", "24/4/2024", "1-2", "a = b; c + d", "'nháy'", "", "x@y"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@given(texts)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_begins_a_formula_whichever_separator_is_used(separator: str, text: str) -> None:
    line = '1,"' + escape(text).replace('"', '""') + '",2\n'

    for row in csv.reader(io.StringIO(line.replace("\x00", ""), newline=""), delimiter=separator):
        assert not [cell for cell in row if _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    """As the most lenient spreadsheet would say: whatever it cannot see before the sign is passed over."""
    seen = re.sub(r"^[\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2060-\u206f\ufeff]+", "", cell)
    return seen[:1] in set(SIGNS)


def test_a_program_gets_back_what_the_page_said(hostile_csv: Path) -> None:
    rows = csv_rows(hostile_csv.read_bytes().decode())

    assert [unescape(row["cell"]) for row in rows] == HOSTILE


@pytest.mark.slow
@pytest.mark.parametrize("separators", ["44", "44/59/9"], ids=["comma", "LibreOffice's default"])
def test_libreoffice_sees_formulas_only_in_what_is_not_escaped(
    hostile_csv: Path, tmp_path: Path, separators: str
) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice Calc is not installed (Debian: libreoffice-calc-nogui)")
    unescaped = tmp_path / "unescaped.csv"
    with unescaped.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([text] for text in ("cell", *HOSTILE))
    # Separators, quote ", UTF-8, from line 1, detect numbers.
    options = f"Text - txt - csv (StarCalc):{separators},34,76,1,,0,false,true"
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += [f"--infilter={options}", "--convert-to", "fods", "--outdir", str(tmp_path)]
    subprocess.run([*command, hostile_csv, unescaped], check=True, capture_output=True, timeout=120)

    assert _formulas(hostile_csv) == []
    assert _formulas(unescaped)


def _formulas(path: Path) -> list[str]:
    table = {"t": "urn:oasis:names:tc:opendocument:xmlns:table:1.0"}
    document = etree.parse(path.with_suffix(".fods"))
    assert int(document.xpath("count(//t:table-cell)", namespaces=table)) > len(HOSTILE)
    return [str(formula) for formula in document.xpath("//@t:formula", namespaces=table)]
