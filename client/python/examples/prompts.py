"""Prompts from what an agent can read."""

from syntha import ContextMesh, build_custom_prompt, build_message_prompt, build_system_prompt, inject_context_into_prompt
from syntha.prompts import MESSAGE_PROMPT_TEMPLATES, SYSTEM_PROMPT_TEMPLATES

mesh = ContextMesh(user_id="example-prompts")
mesh.push("customer_name", "Ana")
mesh.push("open_orders", 2)
mesh.push("internal_note", "pays late", subscribers=["Accountant"])

print(build_system_prompt("Support", mesh, existing_prompt="You answer customers."))
print("--")
print(build_system_prompt("Support", mesh, template=SYSTEM_PROMPT_TEMPLATES["agent_specific"]))
print("--")
print(build_message_prompt("Support", mesh, template=MESSAGE_PROMPT_TEMPLATES["reminder"], max_age_seconds=3600))
print("--")
print(build_custom_prompt("Support", mesh, ["customer_name", "internal_note"], "{customer_name}: {internal_note}", "nothing known"))
print("--")
print(inject_context_into_prompt("Facts:\n{context}\nAnswer.", "Accountant", mesh, placement="replace_placeholder"))

mesh.close()
