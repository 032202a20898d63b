[assembly: AssemblyFixture(typeof(Syntha.Server.Tests.Support.SharedServer))]

namespace Syntha.Server.Tests.Support;

/// <summary>One server for all tests that need none of their own; a fresh user isolates them.</summary>
public sealed class SharedServer : TestServer;
