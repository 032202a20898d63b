"""Agents that share context by topics, by name, and with all."""

from syntha import ContextMesh, ToolHandler

mesh = ContextMesh(user_id="example-topics")

mesh.register_agent_topics("Researcher", ["market", "product"])
mesh.register_agent_topics("Seller", ["market"])

mesh.push("company", "Tejo Boats")                                              # all agents
mesh.push("prices", {"small": 900, "large": 2400}, topics=["market"])           # agents with this topic
mesh.push("draft", "not for customers", subscribers=["Researcher"])             # this agent
mesh.push("campaign", "Summer", topics=["market"], subscribers=["Designer"], ttl=3600)      # either, for an hour

for agent in ("Researcher", "Seller", "Designer"):
    print(agent, sorted(mesh.get_keys_for_agent(agent)))
print(mesh.get_available_keys_by_topic("Seller"))

seller = ToolHandler(mesh, "Seller")
print(seller.handle_tool_call("discover_topics", include_subscriber_names=True)["topics"])
print(seller.handle_tool_call("subscribe_to_topics", topics=["product"])["message"])
print(mesh.get_subscribers_for_topic("product"))
print(mesh.delete_topic("market"), mesh.get_all_topics())

mesh.close()
