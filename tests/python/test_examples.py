"""The examples of this client, and a longer program by the names of the package that the project grew from, run as users run them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.programs import own_programs, run
from support.server import ROOT, Server

_EXAMPLES = ROOT / "client/python/examples"

_OUTPUTS = {
    "topics.py": """
Researcher ['campaign', 'company', 'draft', 'prices']
Seller ['campaign', 'company', 'prices']
Designer ['campaign', 'company']
{'market': ['campaign', 'prices'], 'other': ['company']}
{'market': {'subscriber_count': 2, 'is_active': True, 'subscribers': ['Researcher', 'Seller']}, \
'product': {'subscriber_count': 1, 'is_active': True, 'subscribers': ['Researcher']}}
Agent 'Seller' registered for topics: product
['Researcher', 'Seller']
2 ['product']
""",
    "roles.py": """
Reads context and discovers topics. ['get_context', 'list_context', 'discover_topics']
Access denied to tool: push_context - Agent 'Reader' does not have permission to use this tool
{'Archivist': 3, 'Writer': 2}
['get_context', 'push_context', 'list_context', 'discover_topics']
True False
ROUTING_NOT_ALLOWED
""",
    "frameworks.py": """
push_context Context 'city' shared globally
object {'city': 'Lisboa'}
['city']
langchain 7
agno 7
['get_context', 'syntha_get_context', 'push_context']
{'success': True, 'from': 'weather'} ['city']
""",
    "prompts.py": """
You answer customers.

[Context]
Customer Name: Ana
Open Orders: 2
--
You are Support. This context has been shared with you.

[Context]
Customer Name: Ana
Open Orders: 2
--
Keep this context in mind.

[Context Update]
Customer Name: Ana
Open Orders: 2
--
Ana: nothing known
--
Facts:
[Shared Context]
Customer Name: Ana
Internal Note: pays late
Open Orders: 2
Answer.
""",
    "outcomes.py": """
book False 0.5 sold out
plan True 1.5 None
3 0.67 1.0 1
0 3
book False 0.5 sold out
plan True 1.5 None
3 0.67 1.0 1
0 3
""",
}

_NEWSROOM = """
True
{'lead': 'The bridge is closed'}
Context 'fact' shared with topics: facts
{'facts': ['fact'], 'other': ['house_style']}
Access denied to tool: subscribe_to_topics
Deletion not confirmed
['Reporter'] 1
True readonly
True
1
House Style: {
Facts: {  "since": 2024}
[Shared Context]
['agno', 'anthropic', 'langchain', 'langgraph', 'openai']
['get_context', 'push_context', 'list_context']
{'fact': {'since': 2024}} Function call error
{'weather': {'city': 'Faro'}} 2
8 7
True decide True
0.67 0.33 6
['Cut it'] news words
"""

_NO_ROLE = "Available: readonly, contributor, moderator, admin."
_ROLES = f"""
The server stores the limit for the agent 'Reader'. It also holds for other programs, and at the next run. Only the owner can lift it: \
set_agent_role(None), set_allowed_tools(None) and set_denied_tools([]) of the agent's ToolHandler.
Unknown role 'emperor'. {_NO_ROLE}
The role 'auditor' has no list of tools: it has description. Give it `tools` or `allowed_tools`, the tools that it allows, or \
`denied_tools`, the tools that it lacks.
Unknown role 'readnoly'. {_NO_ROLE}
"""

# What programs print that were written by somebody who knows only the original. They check the rest themselves.
_PROGRAMS = {
    "team.py": "done\n",
    "frameworks.py": "Unsupported framework: 'cobol'. Supported: agno, anthropic, langchain, langgraph, openai.\n",
    "prompts.py": """
SynthaInvalidArgumentError placement is 'sideways'
SynthaInvalidArgumentError TEMPLATE_INVALID: The template has the placeholder '{nope}', which is not one of the keys
SynthaTypeError agent_name is <syntha
SynthaInvalidArgumentError Unknown storage type 'cloud'
0 3
0 3
""",
    "users.py": """
SynthaClosedError False
[] 80
There is no user id. Pass user_id, or set SYNTHA_USER_ID. Each user has a mesh of their own.
""",
}

# Two frameworks are not installed here. Their stand-ins take the fields of the real classes.
_STAND_INS = {"langchain_core/tools.py": "StructuredTool", "agno/tools/function.py": "Function"}


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """The programs have users of the same names as other tests."""
    with Server() as server:
        yield server


@pytest.fixture
def frameworks(tmp_path: Path) -> str:
    folder = tmp_path / "frameworks"
    for module, kind in _STAND_INS.items():
        file = folder / module
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"from support.frameworks import {kind}\n", "utf-8")
    return f"{ROOT / 'client/python'}:{ROOT / 'tests/python'}:{folder}"


@pytest.mark.parametrize("name", _OUTPUTS)
def test_example_prints_what_it_promises(server: Server, tmp_path: Path, frameworks: str, name: str) -> None:
    done = run((_EXAMPLES / name).read_text("utf-8"), tmp_path, server.address, PYTHONPATH=frameworks)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == _OUTPUTS[name].removeprefix("\n")


def test_context_outlives_the_program_and_a_restart_of_the_server(tmp_path: Path) -> None:
    program = (_EXAMPLES / "persistence.py").read_text("utf-8")
    with Server() as own:
        first = run(program, tmp_path, own.address)
        own.restart()
        second = run(program, tmp_path, own.address)

    assert (first.stdout, second.stdout) == ("['run 1'] ['diary'] 1\n", "['run 1', 'run 2'] ['diary'] 1\n")
    assert "db_backend, db_path: no effect" in first.stderr and "enable_persistence" not in first.stderr.splitlines()[0]


def test_every_example_runs() -> None:
    assert {path.name for path in _EXAMPLES.glob("*.py")} == {*_OUTPUTS, "persistence.py"}


@pytest.mark.parametrize("name", _PROGRAMS)
def test_programs_of_somebody_who_knows_only_the_original_run(tmp_path: Path, frameworks: str, own_server: Server, name: str) -> None:
    user = {"SYNTHA_USER_ID": "prompts"} if name == "prompts.py" else {}
    done = run(own_programs()[name], tmp_path, own_server.address, PYTHONPATH=frameworks, **user)

    assert done.returncode == 0, done.stderr
    assert done.stdout == _PROGRAMS[name].removeprefix("\n")


def test_roles_hold_at_the_next_run_and_a_denial_says_so(tmp_path: Path, own_server: Server) -> None:
    first, second = (run(own_programs()["roles.py"], tmp_path, own_server.address) for _ in range(2))

    assert (first.stderr, second.stderr) == ("", "")
    assert first.stdout == f"at first 7{_ROLES}"
    assert second.stdout == f"at first 3{_ROLES}"


def test_program_of_somebody_who_knows_only_the_original_runs(server: Server, tmp_path: Path) -> None:
    done = run(own_programs()["newsroom.py"], tmp_path, server.address)

    assert done.returncode == 0, done.stderr
    assert done.stdout == _NEWSROOM.removeprefix("\n")
