[assembly: AssemblyFixture(typeof(Syntha.Server.Tests.Support.SecuredServer))]

namespace Syntha.Server.Tests.Support;

/// <summary>One server that needs credentials, for all tests that need none of their own.</summary>
public sealed class SecuredServer() : TestServer(OperatorKey.Setting);
