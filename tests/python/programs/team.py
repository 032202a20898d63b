"""A research team: routing, times to live, subscriptions and tools, as somebody writes it who knows only the package that the project grew
from. test_examples.py runs it."""

from syntha import ContextMesh, ToolHandler

mesh = ContextMesh(user_id="research_team", enable_persistence=False)
assert mesh.size() == 0 and mesh.get_all_topics() == []
researcher, writer, reviewer = (ToolHandler(mesh, name) for name in ("Researcher", "Writer", "Reviewer"))

# Global, private, by topic, by both.
mesh.register_agent_topics("Researcher", ["papers", "ideas"])
mesh.register_agent_topics("Writer", ["drafts", "ideas"])
mesh.push("company", "Acme")
mesh.push("secret", {"pin": 1234}, subscribers=["Writer"])
mesh.push("paper_1", {"title": "Flat costs"}, topics=["papers"])
mesh.push("idea_1", ["a", "b"], topics=["ideas"], subscribers=["Reviewer"])
mesh.push("orphan", 1, topics=["nobody_here"])
mesh.push("nothing", None)
assert mesh.get("secret", "Researcher") is None and mesh.get("secret") == {"pin": 1234}
assert mesh.get("idea_1", agent_name="Reviewer") == mesh.get("idea_1", agent_name="Writer") == ["a", "b"]
assert mesh.get("orphan", "Writer") is None and mesh.get("orphan") == 1
assert set(mesh.get_all_for_agent("Writer")) == {"company", "secret", "idea_1", "nothing"}
assert mesh.get_available_keys_by_topic("Researcher") == {"papers": ["paper_1"], "ideas": ["idea_1"], "other": ["company", "nothing"]}

# Keys of any text, and many readers.
for key in ("with space", "a.b/c", "@#$", "日本語", "🎉", "k" * 1000, ""):
    mesh.push(key, "v")
    assert mesh.get(key) == "v" and mesh.remove(key) is True
mesh.push("wide", 1, subscribers=[f"a{number}" for number in range(1000)])
mesh.push("many", 1, topics=[f"t{number}" for number in range(100)])
assert mesh.get("wide", "a999") == 1 and mesh.get("wide", "b") is None
assert mesh.remove("wide") and mesh.remove("many") and not mesh.remove("many")

# Expired items count until they are purged.
mesh.push("dead", "x", ttl=0)
mesh.push("deader", "x", ttl=-1)
assert mesh.get("dead") is None and mesh.get_stats()["expired_items"] == 2
assert mesh.cleanup_expired() == 2 and mesh.get_stats()["expired_items"] == 0
assert mesh.get_stats()["total_items"] == mesh.size() == 6

# Subscriptions.
mesh.unsubscribe_from_topics("Writer", ["drafts", "no_such"])
assert mesh.get_topics_for_agent("Writer") == ["ideas"] and "drafts" not in mesh.get_all_topics()
assert mesh.get_subscribers_for_topic("ideas") == ["Researcher", "Writer"]
assert reviewer.handle_tool_call("subscribe_to_topics", topics=["papers"])["topics"] == ["papers"]

# Tools.
shared = writer.handle_tool_call("push_context", key="draft", value='{"v": 1}', topics=["papers", "ideas"], subscribers=["Boss"])
assert shared["message"] == "Context 'draft' shared with topics: papers, ideas and subscribers: Boss"
assert (shared["value"], shared["sender_agent"], shared["ttl_hours"]) == ({"v": 1}, "Writer", 24)
read = researcher.handle_tool_call("get_context", keys=["draft", "secret"])
assert (read["context"], read["keys_found"], read["keys_requested"]) == ({"draft": {"v": 1}}, ["draft"], ["draft", "secret"])
topics = writer.handle_tool_call("discover_topics", include_subscriber_names=True)
assert topics["topics"]["papers"]["subscribers"] == ["Researcher", "Reviewer"] and "papers" in topics["popular_topics"]
left = reviewer.handle_unsubscribe_from_topics(topics=["papers", "zzz"])
assert (left["topics_unsubscribed"], left["topics_not_subscribed"], left["remaining_topics"]) == (["papers"], ["zzz"], [])
assert writer.handle_tool_call("delete_topic", topic="papers")["error"].startswith("Deletion not confirmed")
assert writer.handle_tool_call("delete_topic", topic="papers", confirm=True)["context_items_deleted"] == 1
assert mesh.get("paper_1") is None and mesh.get("draft") == {"v": 1}, "The draft has another topic."
assert "ideas" in writer.handle_tool_call("delete_topic", topic="none", confirm=True)["available_topics"]
assert mesh.delete_topic("none") == 0 and mesh.delete_topic("ideas") == 2

mesh.clear()
assert mesh.size() == 0 and mesh.get_all_topics() == [] and mesh.get_topics_for_agent("Researcher") == []
mesh.close()
print("done")
