namespace Syntha.Server.Tests.Meshes;

/// <summary>A server on which users may hold little.</summary>
public sealed class SmallQuotas : TestServer
{
    public const int MaxItems = 10;

    public SmallQuotas()
        : base($"--Quotas:MaxItems={MaxItems}", "--Quotas:MaxBytes=1000", "--Quotas:MaxAgents=3", "--Quotas:MaxTopics=4")
    {
    }
}
