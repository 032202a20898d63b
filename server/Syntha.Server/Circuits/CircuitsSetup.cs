using Syntha.Page;
using Syntha.Page.Access;

namespace Syntha.Server.Circuits;

/// <summary>Registers this room and the page.</summary>
internal static class CircuitsSetup
{
    /// <param name="services">The server's services.</param>
    /// <param name="options">The page's options.</param>
    public static void AddCircuits(this IServiceCollection services, PageOptions options)
    {
        services.AddPage(options);
        services.AddSingleton<CircuitHost>().AddSingleton<IPageHost>(provider => provider.GetRequiredService<CircuitHost>());
    }

    public static void MapCircuits(this WebApplication app) =>
        app.MapPage(app.Services.GetRequiredService<CircuitHost>().NeedsCredentials, app.Services.GetRequiredService<CircuitHost>().Guard);
}
