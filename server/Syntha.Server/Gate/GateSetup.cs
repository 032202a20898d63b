namespace Syntha.Server.Gate;

/// <summary>Registers this room.</summary>
internal static class GateSetup
{
    public static void AddGate(this IServiceCollection services) =>
        services.AddSingleton<CallGate>().AddSingleton<RequestBody>().AddSingleton<RequestBudget>().AddSingleton<BodyDeadlines>()
            .AddSingleton<HeldStreams>().AddSingleton<StopInterceptor>();
}
