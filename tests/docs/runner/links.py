"""Links between documents: each leads to a file that is there, and to a heading that is there."""

from __future__ import annotations

import re
from pathlib import Path

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)


def _anchors(file: Path) -> set[str]:
    text = _FENCED.sub("", file.read_text("utf-8"))
    anchors: set[str] = set()
    for heading in _HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        again = 0
        while (f"{anchor}-{again}" if again else anchor) in anchors:
            again += 1
        anchors.add(f"{anchor}-{again}" if again else anchor)
    return anchors


def broken_links(root: Path, pages: list[str]) -> list[str]:
    faults = []
    for page in pages:
        for target in _LINK.findall(_FENCED.sub("", (root / page).read_text("utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (root / page).parent / path if path else root / page
            if not file.exists():
                faults.append(f"{page}: the link `{target}` leads to no file")
            elif anchor and file.suffix == ".md" and anchor not in _anchors(file):
                faults.append(f"{page}: the link `{target}` leads to no heading")
    return faults


def unknown_names(root: Path, page: str) -> list[str]:
    """Names in the page, such as `FeedView`, that are no type, no folder and no call. A page that maps the server follows its moves."""
    known = {part for file in (root / "server").rglob("*") for part in (file.name.split(".")[0], file.name)}
    for proto in (root / "protos").rglob("*.proto"):
        known |= set(re.findall(r"(?:rpc|service|message|enum) (\w+)", proto.read_text("utf-8")))
    text = _FENCED.sub("", (root / page).read_text("utf-8"))
    named = {word for span in re.findall(r"`([A-Z]\w+)(?:\.\w+)?`", text) for word in [span]}
    return [f"{page}: the server has nothing of the name `{name}`" for name in sorted(named - known)]
