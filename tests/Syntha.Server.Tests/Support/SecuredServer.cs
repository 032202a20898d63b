[assembly: AssemblyFixture(typeof(Syntha.Server.Tests.Support.SecuredServer))]

namespace Syntha.Server.Tests.Support;

/// <summary>
/// A server that needs credentials. All tests that need no server of their own share it. The refusals of one test do not make the trail sum
/// those of another.
/// </summary>
public sealed class SecuredServer() : TestServer(OperatorKey.Setting, "--Audit:RefusalBurst=100000");
