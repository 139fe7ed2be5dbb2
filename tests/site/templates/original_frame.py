"""Head, navigation, side box, day form and foot of the original design."""

from __future__ import annotations

from html import escape

from tests.site.templates.views import DayFields, DayForm, Frame

_LOGO = "https://ims.baohoabinh.com.vn/Images/logo-bao-hoa-binh.png"


def page(frame: Frame, main: str, fields: DayFields) -> str:
    """A whole page around its main part."""
    return f"""<!DOCTYPE html>
<html lang="vi"><head>
<meta charset="utf-8">
<title>{escape(frame.title)}</title>
{_open_graph(frame)}
<link rel="stylesheet" href="/Styles/bootstrap.min.css"><script src="/Scripts/jquery.min.js"></script>
<style>.post .title {{ font-weight: bold }} .meta {{ color: #888 }}</style>
</head><body>
<header id="header" class="clearfix">
<div class="top-bar"><span class="date-now">{frame.today}</span>
<a href="mailto:toasoan@baohoabinh.com.vn">Liên hệ</a> <a href="javascript:void(0)">Đặt làm trang chủ</a>
<a href="https://www.facebook.com/baohoabinh">Facebook</a></div>
<a class="logo" href="/"><img src="{_LOGO}" alt="Báo Hòa Bình điện tử"></a>
{_navigation(frame)}
</header>
<div class="container"><div class="row">
<div class="col-md-8 main-column">
{main}
</div>
<aside class="col-md-4 sidebar">
{_newest(frame)}
{_day_form(frame.form, fields, frame.edition)}
<div class="widget quang-cao"><a href="https://quangcao.example/bam?k=91">
<img src="/Images/qc-300x250.gif"></a></div>
</aside></div></div>
<footer id="footer"><p>BÁO HÒA BÌNH ĐIỆN TỬ. Cơ quan của Đảng bộ tỉnh Hòa Bình.</p>
<a href="/Includes/bang-gia-quang-cao.pdf">Bảng giá quảng cáo</a></footer>
</body></html>
"""


def _open_graph(frame: Frame) -> str:
    lines = [f'<meta property="og:title" content="{escape(frame.title.rsplit(" | ", 1)[0])}">']
    if frame.description:
        lines.append(f'<meta property="og:description" content="{escape(frame.description)}">')
        lines.append(f'<meta name="description" content="{escape(frame.description)}">')
    if frame.address:
        lines.append(f'<meta property="og:url" content="{frame.address}">')
        lines.append('<meta property="og:type" content="article">')
    lines.append(f'<meta property="og:image" content="{frame.picture or _LOGO}">')
    return "\n".join(lines)


def _navigation(frame: Frame) -> str:
    home = "/" if frame.edition == "vi" else f"/{frame.edition}/"
    links = "".join(f'<li><a href="{link.href}">{link.text}</a></li>' for link in frame.navigation)
    editions = '<li><a href="/en/">English</a></li><li><a href="/mu/">Tiếng Mường</a></li>'
    return f"""<nav class="navbar"><ul class="nav">
<li class="home"><a href="{home}">{frame.words.home}</a></li>{links}{editions}</ul></nav>"""


def _newest(frame: Frame) -> str:
    shown = "\n".join(
        f'<li class="clearfix"><a href="{escape(entry.href)}">'
        + (f'<img src="{entry.thumbnail}" width="80">' if entry.thumbnail else "")
        + f"</a><h5 class='title'><a href='{escape(entry.href)}'>{entry.headline}</a></h5></li>"
        for entry in frame.newest
    )
    return f"""<div class="widget"><header class="widget-header"><h4 class="title">{frame.words.newest}</h4>
</header><ul class="list-posts">
{shown}
</ul></div>"""


def _day_form(form: DayForm, fields: DayFields, edition: str) -> str:
    label = "Xem các tin đã đưa ngày:"
    scope = f"""Tin trong:
<input type="radio" name="{fields.scope}" id="r1" value="{fields.here}" checked>
<label for="r1">Chuyên mục này</label>
<input type="radio" name="{fields.scope}" id="r2" value="{fields.everywhere}">
<label for="r2">Mọi chuyên mục</label>
<input type="hidden" name="{fields.section}" value="{form.section_id}">"""
    if form.single_field:
        return f"""<div class="widget day-search"><form method="post" action="{form.path}"><p>{label}
<input type="text" name="{fields.date}" placeholder="dd/mm/yyyy" maxlength="10"></p>
<p>{scope}</p><input type="submit" value="Xem"></form></div>"""
    days = "".join(f'<option value="{day}">{day:02}</option>' for day in range(1, 32))
    months = "".join(f'<option value="{month:02}">Tháng {month}</option>' for month in range(1, 13))
    years = "".join(f"<option>{year}</option>" for year in range(form.this_year, 2009, -1))
    return f"""<div class="widget day-search"><form action="{form.path}" method="get"><p>{label}
<select name="{fields.day}">{days}</select><select name="{fields.month}">{months}</select>
<select name="{fields.year}">{years}</select></p>
<p>{scope}</p><input type="hidden" name="lang" value="{edition}">
<input type="submit" name="btnXem" value="Xem"></form></div>"""
