"""Head, navigation, side box, day form and foot of the redesign."""

from __future__ import annotations

from html import escape

from tests.site.templates.views import DayFields, DayForm, Frame

_LOGO = "https://ims.baohoabinh.com.vn/Images/logo-2026.svg"


def page(frame: Frame, main: str, fields: DayFields) -> str:
    """A whole page around its main part."""
    navigation = "".join(f'<a href="{link.href}">{link.text}</a>\n' for link in frame.navigation)
    home = "/" if frame.edition == "vi" else f"/{frame.edition}/"
    return f"""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(frame.title)}</title>
{_open_graph(frame)}
<link rel="stylesheet" href="/assets/app.3f9c.css">
<script>window.BHB = {{"bai": {{"nguon": "web"}}}};</script>
</head><body class="bhb">
<div class="bhb-top"><a href="{home}" class="bhb-brand"><img src="{_LOGO}" alt="Báo Hòa Bình điện tử"></a>
<small>{frame.today}</small><a href="mailto:toasoan@baohoabinh.com.vn">Thư tòa soạn</a>
<div class="bhb-menu"><a href="{home}">{frame.words.home}</a>
{navigation}<a href="/en/">English</a><a href="/mu/">Tiếng Mường</a></div></div>
<main>
{main}
</main>
<aside class="bhb-side">
{_latest(frame)}
{_day_form(frame.form, fields, frame.edition)}
<a href="https://quangcao.example/bam?k=92"><img src="/assets/qc.webp"></a>
</aside>
<div class="bhb-foot"><p>Báo Hòa Bình điện tử, cơ quan của Đảng bộ tỉnh Hòa Bình.</p>
<p><a href="/assets/bang-gia.pdf">Bảng giá quảng cáo</a>
<a href="javascript:scrollTo(0,0)">Lên đầu trang</a></p></div>
</body></html>
"""


def _open_graph(frame: Frame) -> str:
    lines = [f'<meta content="{escape(frame.title.rsplit(" | ", 1)[0])}" property="og:title">']
    if frame.description:
        lines.append(f'<meta content="{escape(frame.description)}" property="og:description">')
    if frame.address:
        lines.append('<meta content="article" property="og:type">')
        lines.append(f'<meta content="{frame.address}" property="og:url">')
    lines.append(f'<meta content="{frame.picture or _LOGO}" property="og:image">')
    return "\n".join(lines)


def _latest(frame: Frame) -> str:
    shown = "\n".join(
        "<li>"
        + (f'<img src="{entry.thumbnail}" alt="">' if entry.thumbnail else "")
        + f'<a href="{escape(entry.href)}">{entry.headline}</a></li>'
        for entry in frame.newest
    )
    return f'<section class="bhb-latest"><h2>{frame.words.newest}</h2><ul>\n{shown}\n</ul></section>'


def _day_form(form: DayForm, fields: DayFields, edition: str) -> str:
    label = "Xem các tin đã đưa ngày:"
    scope = f"""<p>Tin trong:
<label><input type="radio" name="{fields.scope}" value="{fields.here}"> Chuyên mục này</label>
<label>
<input type="radio" name="{fields.scope}" value="{fields.everywhere}" checked> Mọi chuyên mục</label></p>
<input type="hidden" name="{fields.section}" value="{form.section_id}">"""
    if form.single_field:
        return f"""<form class="bhb-day" action="{form.path}" method="post"><label>{label}
<input name="{fields.date}" placeholder="dd/mm/yyyy"></label>{scope}
<button type="submit">Xem</button></form>"""
    years = "".join(f'<option value="{year}">Năm {year}</option>' for year in range(2010, form.this_year + 1))
    months = "".join(f'<option value="{month}">{month}</option>' for month in range(1, 13))
    days = "".join(f'<option value="{day:02}">{day}</option>' for day in range(1, 32))
    return f"""<form class="bhb-day" action="{form.path}"><fieldset><legend>{label}</legend>
<select name="{fields.day}">{days}</select>/<select name="{fields.month}">{months}</select>/
<select name="{fields.year}">{years}</select></fieldset>{scope}
<input type="hidden" name="ed" value="{edition}"><button type="submit">Xem</button></form>"""
