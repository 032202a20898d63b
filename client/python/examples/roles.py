"""What agents may use and post. The server enforces it."""

from syntha import (
    PREDEFINED_ROLES,
    ContextMesh,
    SynthaPermissionError,
    ToolHandler,
    create_multi_agent_handlers,
    create_restricted_handler,
    create_role_based_handler,
)

mesh = ContextMesh(user_id="example-roles")

reader = create_role_based_handler(mesh, "Reader", "readonly")
print(PREDEFINED_ROLES["readonly"]["description"], reader.get_available_tools())
denied = reader.handle_tool_call("push_context", key="note", value="hello")
print(denied["error"], "-", denied["reason"])

own = {"archivist": {"description": "Reads and removes.", "tools": ["get_context", "list_context", "delete_topic"]}}
team = create_multi_agent_handlers(
    mesh,
    {
        "Archivist": {"role": "archivist", "custom_roles": own},
        "Writer": {"allowed_tools": ["get_context", "push_context"], "topics": ["drafts"]},
    },
)
print({name: handler.get_access_summary()["total_available"] for name, handler in team.items()})

guest = create_restricted_handler(mesh, "Guest", restriction_level="minimal")
guest.remove_denied_tool("discover_topics")
print(guest.get_available_tools())

mesh.set_agent_post_permissions("Writer", ["drafts"])
print(mesh.can_agent_post_to_topic("Writer", "drafts"), mesh.can_agent_post_to_topic("Writer", "news"))
try:
    ToolHandler(mesh, "Writer").push_context("headline", "It rains", topic="news")
except SynthaPermissionError as refused:
    print(refused.reason)

mesh.close()
