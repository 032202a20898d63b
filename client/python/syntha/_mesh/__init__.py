"""The operations of a ContextMesh, by concern. Blocking and asyncio meshes share them."""
