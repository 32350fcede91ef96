"""RSS and Atom feeds as sites write them, well and badly."""

from collections.abc import Iterable
from xml.sax.saxutils import escape


def an_item(
    title: str = "A title",
    text: str = "",
    *,
    link: str = "https://news.example/1",
    published: str = "Thu, 11 Dec 2025 20:00:00 +0000",
    content: str = "",
) -> str:
    """An entry of an RSS feed; `text` and `content` are HTML."""
    full = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    date = f"<pubDate>{published}</pubDate>" if published else ""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>{date}"
        f"<description><![CDATA[{text}]]></description>{full}</item>"
    )


def an_rss(
    items: Iterable[str] = (), head: str = '<?xml version="1.0" encoding="UTF-8"?>'
) -> bytes:
    """An RSS feed with these entries."""
    return (
        f'{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>News</title>{''.join(items)}</channel></rss>"
    ).encode()


def an_atom(title: str, summary: str, updated: str = "2025-12-11T20:00:00Z") -> bytes:
    """An Atom feed with one entry, like that of IRCC's newsroom."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>News</title><entry><title type='html'>{escape(title)}</title>"
        f"<link href='https://www.canada.ca/1.html'/><updated>{updated}</updated>"
        f"<summary type='html'>{escape(summary)}</summary></entry></feed>"
    ).encode()
