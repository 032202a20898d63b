using Syntha.Page;
using Syntha.Page.Access;

namespace Syntha.Server.Circuits;

/// <summary>Registers this room and the page.</summary>
internal static class CircuitsSetup
{
    /// <param name="services">The server's services.</param>
    /// <param name="options">The page's options.</param>
    /// <param name="needsCredentials">Whether calls need a credential.</param>
    /// <param name="keyRing">The key ring that the server has anyway. Null: it has none.</param>
    public static void AddCircuits(this IServiceCollection services, PageOptions options, bool needsCredentials, string? keyRing)
    {
        services.AddPage(options with { KeyRingPath = options.KeyRingPath ?? keyRing }, needsCredentials);
        services.AddSingleton<CircuitHost>().AddSingleton<IPageHost>(provider => provider.GetRequiredService<CircuitHost>());
    }

    public static void MapCircuits(this WebApplication app) =>
        app.MapPage(app.Services.GetRequiredService<CircuitHost>().NeedsCredentials, app.Services.GetRequiredService<CircuitHost>().Guard);
}
