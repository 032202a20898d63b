"""The operations of a ToolHandler, by concern. Blocking and asyncio handlers share them."""
