"""The relative links of a page, and the anchors that they can lead to."""

from __future__ import annotations

from itertools import pairwise

from markdown_it import MarkdownIt


def relative_links(markdown: str) -> list[str]:
    links = [
        str(child.attrGet("href"))
        for token in MarkdownIt().parse(markdown)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    return [link for link in links if ":" not in link]


def anchors(markdown: str) -> set[str]:
    """Return the anchors of the headings, as GitHub and the site make them."""
    tokens = MarkdownIt().parse(markdown)
    titles = [
        following.content for token, following in pairwise(tokens) if token.type == "heading_open"
    ]
    return {
        "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")
        for title in titles
    }
