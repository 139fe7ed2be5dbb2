"""The layouts of article pages that are known, as data.

To take up a redesign, add a layout with its marks and give its predecessor a last day (see CONTRIBUTING).
"""

from newspapers.layout import Layout

POST = Layout(
    name="post",
    version=1,
    marks={  # the class names seen in June 2019 (docs/site.md, "Markup")
        "container": ("div.post.clearfix", ".post.clearfix"),
        "headline": (".page-header .page-title h2.title", ".page-header .title", "h2.title", "h1.title"),
        "head": (".page-header", ".meta-wrapper"),
        "date": (".page-header span.meta", "span.meta", ".meta-wrapper"),
        "lead": (".summary",),
        "related": (".related-post",),
        "entry": (".post.margin-top-20.clearfix", ".post.margin-top-20", ".feature-view", ".list-item"),
        "comments": ("#comment-view", "#reply-view"),
    },
)

LAYOUTS = (POST,)
"""Tried in this order."""
