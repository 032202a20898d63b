namespace Syntha.Server.Audit;

/// <summary>Registers this room.</summary>
internal static class AuditSetup
{
    /// <param name="services">The server's services.</param>
    /// <param name="chainOf">The name of this node's chain of entries.</param>
    public static void AddAudit(this IServiceCollection services, Func<IServiceProvider, string> chainOf)
    {
        services.AddSingleton<AuditTrail>().AddSingleton<AuditLog>().AddSingleton<CallCounts>();
        services.AddSingleton<CommitBacklog>().AddSingleton<AuditRetention>().AddSingleton<HeadPublisher>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<AuditWriter>(provider, chainOf(provider)));
        services.AddHostedService(provider => provider.GetRequiredService<AuditWriter>());
        services.AddSingleton<RefusalRecorder>().AddSingleton<AuditInterceptor>();
    }
}
