namespace Syntha.Server.Tests.Fairness;

/// <summary>A server that needs credentials. It serves attackers and their victims, and no other test.</summary>
public sealed class FairnessServer() : TestServer(OperatorKey.Setting);
