"""Text of the source, as it is written in a page."""

from __future__ import annotations

import re
import textwrap

MADE = "<!-- Made from the source by `make reference`. Change the source, not this page. -->\n"


def cell(text: str) -> str:
    """One cell of a table: one line, and no bar that would end it."""
    return " ".join(text.split()).replace("|", "\\|")


def prose(text: str) -> str:
    """The text in lines of at most 140 columns; an empty line keeps paragraphs apart, and a list keeps its lines."""
    parts = []
    for paragraph in re.split(r"\n\n+|\n(?=- |Errors: )", text):
        parts.append(textwrap.fill(" ".join(paragraph.split()), 140, break_long_words=False, break_on_hyphens=False))
    return "\n\n".join(part for part in parts if part)


def linked(text: str, reasons: set[str], page: str) -> str:
    """The text with its reasons as links to their headings in the page."""
    return re.sub(r"\b[A-Z][A-Z_]+\b", lambda found: f"[{found[0]}]({page}#{found[0].lower()})" if found[0] in reasons else found[0], text)


def anchor(name: str) -> str:
    return re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")
