"""The page of errors: each reason with its status, what it means, what to do about it, and an example."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from contract import Contract
from words import MADE, prose

_COMMENT = re.compile(r"([A-Z_]+): (.*?)\nRemedy: (.*?)\nExample: (\{.*\})", re.DOTALL)


@dataclass
class Reason:
    name: str
    status: str
    meaning: str
    remedy: str
    example: str


def reasons_of(contract: Contract) -> list[Reason]:
    """The reasons of the contract. A comment has status and meaning, a remedy, and an example."""
    reasons = []
    for value, number, comment in contract.enums[".syntha.v1.ErrorReason"].values:
        if number != 0:
            found = _COMMENT.fullmatch(comment)
            if found is None:
                sys.exit(f"{value}: its comment is to be `STATUS: what happened`, `Remedy: …` and `Example: {{…}}`.")
            reasons.append(Reason(value.removeprefix("ERROR_REASON_"), *found.groups()))
    return reasons


def errors_page(contract: Contract) -> str:
    reasons = reasons_of(contract)
    lines = [MADE, "# Errors", "", prose(contract.enums[".syntha.v1.ErrorReason"].comment), "", "| Status | Reasons |", "|---|---|"]
    for status in dict.fromkeys(reason.status for reason in reasons):
        names = ", ".join(f"[{r.name}](#{r.name.lower()})" for r in reasons if r.status == status)
        lines.append(f"| `{status}` | {names} |")
    for reason in reasons:
        lines += ["", f"## {reason.name}", ""]
        lines += [prose(f"`{reason.status}`. {reason.meaning}"), "", prose(f"**What to do:** {reason.remedy}")]
        lines += ["", "```json", reason.example, "```"]
    return "\n".join(lines) + "\n"
