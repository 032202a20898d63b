[assembly: AssemblyFixture(typeof(Syntha.Server.Tests.Mcp.McpServer))]

namespace Syntha.Server.Tests.Mcp;

/// <summary>A server that needs credentials and has the door for MCP open, shared by the tests of what the door refuses.</summary>
public sealed class McpServer() : TestServer(OperatorKey.Setting, "--Doors:Mcp=true", "--Audit:RefusalBurst=100000");
