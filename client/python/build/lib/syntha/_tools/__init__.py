"""The operations of a ToolHandler, by concern; blocking and asyncio handlers are made of the same ones."""
