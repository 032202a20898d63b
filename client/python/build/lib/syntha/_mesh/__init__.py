"""The operations of a ContextMesh, by concern; blocking and asyncio meshes are made of the same ones."""
