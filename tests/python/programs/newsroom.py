"""A newsroom of several agents, as somebody writes it who knows only the package that the project grew from. test_examples.py runs it."""

import json
import time

from syntha import (
    ContextMesh,
    OutcomeLogger,
    SynthaError,
    ToolHandler,
    build_custom_prompt,
    build_message_prompt,
    build_system_prompt,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
    create_tool_factory,
    get_role_info,
    get_supported_frameworks,
    handle_syntha_error,
    inject_context_into_prompt,
)
from syntha.exceptions import ErrorHandler, SynthaValidationError
from syntha.logging import configure_logging, get_context_logger
from syntha.prompts import SYSTEM_PROMPT_TEMPLATES
from syntha.reports import AgentOutcome
from syntha.tools import create_hybrid_tool_handler, get_all_tool_schemas, merge_tool_schemas


class Newsroom:
    def __init__(self, user_id):
        self.mesh = ContextMesh(user_id=user_id, enable_persistence=True, db_backend="sqlite", db_path=f"{user_id}.db")
        self.outcomes = OutcomeLogger(storage_type="memory")
        self.logger = get_context_logger("newsroom", agent_name="Editor")
        self.handlers = create_multi_agent_handlers(
            self.mesh,
            {
                "Reporter": {"role": "contributor", "topics": ["leads"]},
                "Writer": {"allowed_tools": ["get_context", "push_context", "list_context"], "topics": ["facts"]},
                "Editor": {
                    "role": "chief",
                    "custom_roles": {"chief": {"description": "Decides.", "tools": ["get_context", "delete_topic"]}},
                },
            },
        )
        self.intern = create_restricted_handler(self.mesh, agent_name="Intern", restriction_level="minimal")
        self.reader = create_role_based_handler(self.mesh, "Reader", role="readonly")

    def step(self, agent, task, tool, **arguments):
        start = time.time()
        result = self.handlers[agent].handle_tool_call(tool, **arguments)
        self.outcomes.log_outcome(
            agent_name=agent,
            task_type=task,
            success=result["success"],
            duration_seconds=time.time() - start,
            input_context=arguments,
            output_data=result,
            error_message=result.get("error"),
        )
        return result

    def run(self):
        self.mesh.push("house_style", {"tone": "plain", "max_words": 300})
        self.mesh.push("lead", "The bridge is closed", topics=["leads"])
        print(self.handlers["Reporter"].get_available_tools() == get_role_info("contributor")["tools"])
        print(self.step("Reporter", "research", "get_context", keys=["lead"])["context"])
        print(self.step("Reporter", "research", "push_context", key="fact", value='{"since": 2024}', topics=["facts"])["message"])
        print(self.step("Writer", "write", "list_context")["keys_by_topic"])
        print(self.step("Writer", "write", "subscribe_to_topics", topics=["leads"])["error"])
        print(self.step("Editor", "decide", "delete_topic", topic="leads")["error"].split(":")[0])
        done = self.step("Editor", "decide", "delete_topic", topic="leads", confirm=True)
        print(done["subscribers_affected"], done["context_items_deleted"])
        self.intern.remove_denied_tool("subscribe_to_topics")
        print(self.intern.has_tool_access("subscribe_to_topics"), self.reader.get_access_summary()["agent_role"])

    def prompts(self):
        existing = "You are a writer."
        print(build_system_prompt("Writer", self.mesh, existing_prompt=existing).startswith(existing))
        print(build_system_prompt("Writer", self.mesh, template=SYSTEM_PROMPT_TEMPLATES["basic"]).count("House Style: {"))
        print(build_message_prompt("Intern", self.mesh, include_context_header=False, recent_only=True).splitlines()[0])
        print(build_custom_prompt("Writer", self.mesh, keys=["fact"], template="Facts: {fact}").replace("\n", ""))
        print(inject_context_into_prompt("Rules", "Reader", self.mesh, placement="append").splitlines()[2])

    def frameworks(self):
        factory = create_tool_factory(self.handlers["Writer"])
        print(sorted(get_supported_frameworks()))
        print([tool["function"]["name"] for tool in factory.create_tools("openai")])
        call = factory.create_function_handler("openai")
        print(call("get_context", json.dumps({"keys": ["fact"]}))["context"], call("get_context", "{")["error"][:19])
        hybrid = create_hybrid_tool_handler(self.mesh, "Writer", user_tool_handler=lambda tool_name, **arguments: {"weather": arguments})
        print(hybrid("weather", city="Faro"), hybrid("list_context")["total_keys"])
        merged = merge_tool_schemas(get_all_tool_schemas(), [{"name": "weather"}], handle_conflicts="warn")
        print(len(merged), len(ToolHandler(self.mesh).get_schemas()))

    def report(self):
        latest = self.outcomes.get_recent_outcomes(hours=1, agent_name="Editor")[0]
        metrics = self.outcomes.get_performance_metrics(hours=1)
        print(isinstance(latest, AgentOutcome), latest.task_type, latest.to_dict()["success"])
        print(round(metrics["success_rate"], 2), round(metrics["error_rate"], 2), self.outcomes.clear_outcomes())


@handle_syntha_error
def check(words):
    if words > 300:
        raise SynthaValidationError("Too long", field="words", value=words, suggestions=["Cut it"])


def main():
    configure_logging(level="CRITICAL")
    room = Newsroom("newsroom")
    try:
        room.run()
        room.prompts()
        room.frameworks()
        room.report()
        check(301)
    except SynthaError as error:
        handled = ErrorHandler().handle_error(error, context={"room": "news"})
        print(handled.to_dict()["suggestions"], handled.context["room"], handled.field)
    finally:
        room.mesh.close()


if __name__ == "__main__":
    main()
