namespace Syntha.Server.Tests.Fairness;

/// <summary>
/// A server that needs credentials. It serves attackers and their victims, and no other test. A turn that a test holds is not taken away.
/// </summary>
public sealed class FairnessServer() : TestServer(OperatorKey.Setting, "--Storage:Postgres:TurnTimeout=00:05:00");
