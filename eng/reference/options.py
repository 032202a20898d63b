"""The page of options: every setting with its default and its range, from the records that hold them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from words import MADE, cell, prose

_RECORD = re.compile(r"((?:^ *///.*\n)+)(?:^\[.*\]\n)*^public (?:sealed |abstract )*record (\w+)(?: : (\w+))?", re.MULTILINE)
_PROPERTY = re.compile(r"((?:^ *///.*\n)+)((?:^ *\[.*\]\n)*)^ *public (?:required )?([\w.<>\[\]?]+) (\w+) \{ get; init; \}", re.MULTILINE)
_SECTION = re.compile(r'public const string Section = "([\w:]+)"')
_DEFAULT = re.compile(r"\s*Default: (.*?)\.?\s*$", re.DOTALL)
_NUMBER = r"[\d_.]+[dL]?(?: << \d+)?(?: / [\d_]+)?"
_RANGE = re.compile(rf"\[Range\(({_NUMBER}), ({_NUMBER})\)\]")


@dataclass
class Option:
    name: str
    kind: str
    meaning: str
    default: str


@dataclass
class Record:
    name: str
    base: str | None
    section: str | None
    text: str
    options: list[Option] = field(default_factory=list)


def options_page(root: Path) -> str:
    records = {record.name: record for file in sorted((root / "server").rglob("*Options.cs")) for record in _records(file)}
    lines = [MADE, "# Options", "", "Every setting of the server. [Configuration](../configuration.md) says how to give them.", ""]
    for record in sorted((r for r in records.values() if r.section and ":" not in r.section), key=lambda r: r.section or ""):
        derived = next((r for r in records.values() if r.base == record.name), None)
        for part, at in _parts(records, derived or record, record.section or ""):
            if part.name == record.name and derived:
                continue
            lines += [f"## {at.replace(':0', '')}", "", prose(part.text), "", "| Key | Default | Meaning |", "|---|---|---|"]
            own = [*part.options, *(records[part.base].options if part.base in records else [])]
            lines += [
                f"| `{at}:{option.name}` | {cell(option.default) or '–'} | {cell(option.meaning)} |"
                for option in own
                if option.kind.rstrip("?[]") not in records  # those that hold others have a table of their own
            ]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _parts(records: dict[str, Record], record: Record, at: str) -> list[tuple[Record, str]]:
    """The record, and those that its options hold, each with its place in the configuration."""
    parts = [(record, at)]
    for option in record.options:
        if nested := records.get(option.kind.rstrip("?[]")):
            parts += _parts(records, nested, f"{at}:{option.name}")
    return parts


def _records(file: Path) -> list[Record]:
    text = file.read_text("utf-8")
    found = []
    for match in _RECORD.finditer(text):
        section = _SECTION.search(text, match.end())
        text_of_record = re.sub(r"\s*(Section|An entry of) `[\w:]+`\.", "", _plain(match[1]))
        record = Record(match[2], match[3], section[1] if section else None, text_of_record)
        for option in _PROPERTY.finditer(text, match.end()):
            record.options.append(_option(file, *option.groups()))
        found.append(record)
    return found


def _option(file: Path, comment: str, attributes: str, kind: str, name: str) -> Option:
    meaning = _plain(comment)
    if not meaning:
        sys.exit(f"{file.name}: {name} has no comment")
    default = ""
    if found := _DEFAULT.search(meaning):
        default, meaning = found[1], meaning[: found.start()]
    if (limits := _RANGE.search(attributes)) and not re.search(r"\b(from|at most|at least)\b", default):
        default = f"{default}; from {_number(limits[1])} to {_number(limits[2])}".removeprefix("; ")
    if kind.endswith("[]"):
        name += ":0"
    return Option(name, kind, meaning, default)


def _number(text: str) -> str:
    text = text.replace("_", "").rstrip("dL").replace("L <<", " <<")
    if "<<" in text:
        value, shift = text.split("<<")
        return f"{int(value) << int(shift):,}"
    if "/" in text:
        return text
    return f"{int(text):,}" if text.isdigit() else text


def _plain(comment: str) -> str:
    """The summary of a comment, as a page has it."""
    text = " ".join(line.strip().removeprefix("///").strip() for line in comment.splitlines())
    found = re.search(r"<summary>(.*?)</summary>", text)
    text = found[1] if found else ""
    text = re.sub(r'<see cref="(?:[\w.]*\.)?(\w+)(?:\(.*?\))?"\s*/>', r"`\1`", text)
    text = re.sub(r"</?c>", "`", text)
    return re.sub(r"<[^>]+>", "", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
