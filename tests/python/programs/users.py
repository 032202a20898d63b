"""Two users, two processes and several threads, as somebody writes it who knows only the package that the project grew from.
test_examples.py runs it."""

import subprocess
import sys
import threading

from syntha import ContextMesh, SynthaError, ToolHandler

if sys.argv[1:] == ["second"]:
    alice = ContextMesh(user_id="alice", db_backend="sqlite", db_path="agents.db")
    assert alice.get("plan") == {"step": 1, "done": [True, None]} and alice.get("gone") is None
    assert alice.get("private", "Writer") == "for Writer" and alice.get("private", "Other") is None
    assert alice.get_topics_for_agent("Writer") == ["drafts", "ideas"]
    assert alice.get_agent_post_permissions("Writer") == ["drafts"]
    assert alice.delete_topic("drafts") == 1
    alice.push("from_second", "hello")
    bob = ContextMesh(user_id="bob", db_path="agents.db")
    assert bob.get("plan") == "bob's own" and bob.get("private") is None and bob.size() == 1
    sys.exit(0)

alice = ContextMesh(user_id="alice", enable_persistence=True, db_backend="sqlite", db_path="agents.db")
alice.register_agent_topics("Writer", ["drafts", "ideas"])
alice.push("plan", {"step": 1, "done": [True, None]})
alice.push("private", "for Writer", subscribers=["Writer"])
alice.push("draft", "text", topics=["drafts"])
alice.push("gone", 1, ttl=0)
alice.set_agent_post_permissions("Writer", ["drafts"])
with ContextMesh(user_id="bob", db_path="agents.db") as bob:
    bob.push("plan", "bob's own")
    assert bob.get_topics_for_agent("Writer") == [] and alice.get("plan")["step"] == 1
alice.close()
alice.close()

subprocess.run([sys.executable, __file__, "second"], check=True)
with ContextMesh(user_id="alice", db_path="another.db") as alice:
    assert alice.get("from_second") == "hello" and alice.get("draft") is None, "A path has no effect."
    agent = ToolHandler(alice, "Writer")
try:
    alice.get("plan")
except SynthaError as error:
    print(type(error).__name__, agent.handle_tool_call("get_context")["success"])

mesh = ContextMesh(user_id="dave")
problems = []


def work(number):
    try:
        tool = ToolHandler(mesh, f"T{number}")
        for turn in range(10):
            assert tool.handle_tool_call("push_context", key=f"{number}-{turn}", value=str(turn))["success"]
            assert mesh.get(f"{number}-{turn}") == turn
    except Exception as error:
        problems.append(repr(error))


threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(problems, mesh.size())
mesh.close()

try:
    ContextMesh()
except SynthaError as error:
    print(error)
