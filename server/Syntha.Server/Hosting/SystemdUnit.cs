using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Syntha.Server.Hosting;

/// <summary>
/// As a unit of systemd the server tells when it takes calls and when it stops, and writes lines that the journal understands.
/// </summary>
internal static class SystemdUnit
{
    // systemd sets it for a unit of Type=notify. AddSystemd of the platform looks for the name of the parent process instead, which a unit
    // with ProtectProc cannot see.
    private const string Socket = "NOTIFY_SOCKET";

    public static void AddSystemdUnit(this IServiceCollection services)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Socket)))
        {
            services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Systemd);
            services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
            services.AddSingleton<IHostLifetime, SystemdLifetime>();
        }
    }
}
