"""Context outlives programs and restarts of the server. Run it twice."""

from syntha import ContextMesh

with ContextMesh(user_id="example-persistence", enable_persistence=True, db_backend="sqlite", db_path="memory.db") as mesh:
    mesh.register_agent_topics("Keeper", ["diary"])
    entries = mesh.get("diary", "Keeper") or []
    entries.append(f"run {len(entries) + 1}")
    mesh.push("diary", entries, topics=["diary"])
    print(entries, mesh.get_topics_for_agent("Keeper"), mesh.size())
