"""What is particular to one newspaper, a folder each, and what Vietnamese newspapers share."""

from newspapers.newspaper import MAX_ARTICLE_ID as MAX_ARTICLE_ID
from newspapers.newspaper import MAX_SECTION_ID as MAX_SECTION_ID
from newspapers.newspaper import ArticleRef as ArticleRef
from newspapers.newspaper import Edition as Edition
from newspapers.newspaper import HomeRef as HomeRef
from newspapers.newspaper import ListRef as ListRef
from newspapers.newspaper import Newspaper as Newspaper
from newspapers.newspaper import Reference as Reference
from newspapers.newspaper import SectionRef as SectionRef
from newspapers.newspaper import UnknownNewspaperError as UnknownNewspaperError
from newspapers.newspaper import canonical_url as canonical_url
from newspapers.newspaper import choose as choose
from newspapers.newspaper import current as current
from newspapers.newspaper import current_name as current_name
from newspapers.newspaper import is_picture as is_picture
from newspapers.newspaper import package_of as package_of
from newspapers.newspaper import read_article_url as read_article_url
from newspapers.newspaper import read_url as read_url
from newspapers.newspaper import why_refused as why_refused
