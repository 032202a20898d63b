using Microsoft.Extensions.DependencyInjection;

namespace Syntha.Page.Operation;

/// <summary>Registers what the view of operators needs.</summary>
internal static class OperationSetup
{
    public static void AddOperation(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<MeterHour>();
        services.AddHostedService(static provider => provider.GetRequiredService<MeterHour>());
    }
}
