using ModelContextProtocol.AspNetCore;

namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>
/// A server as <see cref="McpFixtureServer"/> with sessions, which the product does not keep: the suite asks clients with a handshake for
/// something in the middle of a call.
/// </summary>
public sealed class McpSessionServer() : McpFixtureServer(HttpServerSessionMode.Stateful);
