"""The names of the package that the project grew from: what a program can import from it, and call.

original_names.json holds them as facts. The page that they are from lies beside the clone, and may be missing.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from support.server import ROOT

PAGE = ROOT.parent / "shared/original-names.md"
FACTS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "original_names.json").read_text("utf-8"))

Parameter = list[Any]
"""A name, and its default where it has one."""

_CODE = re.compile(r"`(.*)`")


def facts_of(page: str) -> dict[str, Any]:
    """The facts of the page, in the shape of original_names.json."""
    head, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    listed = head[head.index("`syntha.__all__`:") + len("`syntha.__all__`:"):]
    return {"syntha": re.findall(r"`(\w+)`", listed), "modules": dict(map(_module, sections))}


def _module(section: str) -> tuple[str, dict[str, Any]]:
    name, *lines = section.splitlines()
    module: dict[str, Any] = {"classes": {}, "functions": {}, "constants": []}
    methods: dict[str, Any] = {}
    for line in lines:
        found = _CODE.search(line)
        if found is None:
            continue
        if line.startswith("- constants:"):
            module["constants"] = re.findall(r"`(\w+)`", line)
            continue
        called, parameters = _signature(found[1])
        if line.startswith("- class"):
            methods = {}
            module["classes"][called] = {"parameters": parameters, "methods": methods}
        elif line.startswith("  - "):
            methods[called] = parameters
        else:
            module["functions"][called] = parameters
    return name.strip(), module


def _signature(text: str) -> tuple[str, list[Parameter]]:
    name, _, rest = text.partition("(")
    parameters, depth, quote = [""], 0, ""
    for letter in rest:
        if letter == ")" and depth == 0 and not quote:
            break
        if letter == quote or (letter in "'\"" and not quote):
            quote = "" if quote else letter
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and depth == 0:
            parameters.append("")
        else:
            parameters[-1] += letter
    return name, [_parameter(one.strip()) for one in parameters if one.strip() not in ("", "/", "cls")]


def _parameter(text: str) -> Parameter:
    found = re.fullmatch(r"(\*{0,2}\w+)(?:: .*?)?(?: = (.*)|=(.*))?", text)
    assert found is not None, text
    default = found[2] or found[3]
    return [found[1]] if default is None else [found[1], _literal(default)]


def _literal(text: str) -> Any:
    if text in ("None", "True", "False"):
        return {"None": None, "True": True, "False": False}[text]
    return json.loads(f'"{text[1:-1]}"') if text[0] in "'\"" else json.loads(text)
