"""Prompts and outcomes, as somebody writes it who knows only the package that the project grew from. test_examples.py runs it."""

from syntha import (
    ContextMesh,
    OutcomeLogger,
    SynthaError,
    build_custom_prompt,
    build_message_prompt,
    build_system_prompt,
    inject_context_into_prompt,
)
from syntha.prompts import MESSAGE_PROMPT_TEMPLATES, SYSTEM_PROMPT_TEMPLATES

mesh = ContextMesh(user_id="prompts")
assert build_system_prompt("Bot", mesh) == build_message_prompt("Bot", mesh) == ""
assert build_system_prompt("Bot", mesh, template="Hi {context}!") == "Hi !"
assert inject_context_into_prompt("Do it.", "Bot", mesh) == "Do it."
assert build_custom_prompt("Bot", mesh, ["a"], "{a}", fallback_text="nothing known") == "nothing known"

mesh.push("user_name", "Ann")
mesh.push("max_items", 42)
mesh.push("is_live", True)
mesh.push("api_url2x", None)
mesh.push("config", {"a": [1]})
mesh.push("hidden", "no", subscribers=["Other"])
prompt = build_system_prompt("Bot", mesh)
assert prompt.startswith("[Context]") and "Hidden" not in prompt and 'Config: {\n  "a": [\n    1\n  ]\n}' in prompt
assert {"User Name: Ann", "Max Items: 42", "Is Live: True", "Api Url2X: None"} <= set(prompt.splitlines())
assert "[Context]" not in build_system_prompt("Bot", mesh, include_context_header=False)
assert build_system_prompt("Bot", mesh, template="{context}\nBe kind. {braces}").endswith("Be kind. {braces}")
assert build_system_prompt("Bot", mesh, prepend_to_existing=True, existing_prompt="Old prompt.").endswith("Old prompt.")
assert build_system_prompt("Bot", mesh, existing_prompt="Old prompt.").startswith("Old prompt.")
assert inject_context_into_prompt("Do it.", "Bot", mesh, placement="append", separator="\n--\n").startswith("Do it.\n--\n")
assert "{context}" not in inject_context_into_prompt("A {context} B", "Bot", mesh, placement="replace_placeholder")
assert build_message_prompt("Bot", mesh, None, True, True, 60.0).startswith("[Context Update]")
for template in (*SYSTEM_PROMPT_TEMPLATES.values(), *MESSAGE_PROMPT_TEMPLATES.values()):
    assert "User Name: Ann" in build_system_prompt("Bot", mesh, template=template)
assert build_custom_prompt("Bot", mesh, ["user_name", "max_items"], "{user_name} has {max_items}") == "Ann has 42"
for mistake in (
    lambda: inject_context_into_prompt("A", "Bot", mesh, placement="sideways"),
    lambda: build_custom_prompt("Bot", mesh, ["user_name"], "{nope}"),
    lambda: build_system_prompt(mesh, "Bot"),
    lambda: OutcomeLogger("cloud"),
):
    try:
        mistake()
    except SynthaError as error:
        print(type(error).__name__, str(error).split(".")[0])
mesh.close()

for log in (OutcomeLogger(), OutcomeLogger("sqlite", db_path="outcomes.db")):
    log.log_outcome("Bot", "search", True, 2.0, {"q": 1}, {"hits": 3}, metadata={"m": 1})
    log.log_outcome("Bot", "search", False, duration_seconds=4.0, error_message="boom")
    log.log_outcome("Ann", "write", True, 3.0)
    newest = log.get_recent_outcomes(hours=1)
    assert len(newest) == 3 and newest[1].error_message == "boom"
    assert len(log.get_recent_outcomes(agent_name="Bot")) == len(log.get_recent_outcomes(task_type="search")) == 2
    assert "Ann" not in str(log.get_performance_metrics(hours=24, agent_name="Bot"))
    print(log.clear_outcomes(older_than_hours=1), log.clear_outcomes())
