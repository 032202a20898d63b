"""The page of errors: each reason with its status, what it means, and what to do about it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from contract import Contract
from words import MADE, prose

_REMEDIES = Path(__file__).resolve().parent / "remedies.json"


@dataclass
class Reason:
    name: str
    status: str
    meaning: str


def reasons_of(contract: Contract) -> list[Reason]:
    """The reasons of the contract. A comment begins with the status, and a colon."""
    reasons = []
    for value, number, comment in contract.enums[".syntha.v1.ErrorReason"].values:
        if number != 0:
            status, _, meaning = comment.partition(": ")
            if not re.fullmatch(r"[A-Z_]+", status):
                sys.exit(f"{value}: its comment is to begin with the status and a colon, such as `NOT_FOUND: …`")
            reasons.append(Reason(value.removeprefix("ERROR_REASON_"), status, meaning))
    return reasons


def errors_page(contract: Contract) -> str:
    reasons = reasons_of(contract)
    remedies = json.loads(_REMEDIES.read_text("utf-8"))
    missing, unknown = {r.name for r in reasons} - remedies.keys(), remedies.keys() - {r.name for r in reasons}
    if missing or unknown:
        sys.exit(f"{_REMEDIES.name}: it lacks {sorted(missing)}, and these are no reasons of the contract: {sorted(unknown)}")
    lines = [MADE, "# Errors", "", prose(contract.enums[".syntha.v1.ErrorReason"].comment), "", "| Status | Reasons |", "|---|---|"]
    for status in dict.fromkeys(reason.status for reason in reasons):
        names = ", ".join(f"[{r.name}](#{r.name.lower()})" for r in reasons if r.status == status)
        lines.append(f"| `{status}` | {names} |")
    for reason in reasons:
        meaning = reason.meaning[:1].upper() + reason.meaning[1:]
        lines += ["", f"## {reason.name}", ""]
        lines += [prose(f"`{reason.status}`. {meaning}"), "", prose(f"**What to do:** {remedies[reason.name]}")]
    return "\n".join(lines) + "\n"
