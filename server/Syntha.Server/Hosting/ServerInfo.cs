using System.Reflection;
using Microsoft.Extensions.Options;
using Syntha.Server.Audit;
using Syntha.Server.Credentials;
using Syntha.Server.Encryption;
using Syntha.Server.Mapping;

namespace Syntha.Server.Hosting;

/// <summary>What Discovery.GetServerInfo answers: version, features that are switched on, limits.</summary>
internal static class ServerInfo
{
    public static V1.GetServerInfoResponse Make(IServiceProvider provider) => new()
    {
        Version = Version(),
        Features = { Features(provider) },
        Limits = Limits.ToWire(),
    };

    // The build appends the commit behind a plus sign.
    private static string Version() =>
        typeof(ServerInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static IEnumerable<V1.ServerFeature> Features(IServiceProvider provider)
    {
        if (provider.GetRequiredService<IOptions<CredentialOptions>>().Value.IsOn)
        {
            yield return V1.ServerFeature.Authentication;
        }

        if (provider.GetRequiredService<IOptions<ServerOptions>>().Value.Certificate is not null)
        {
            yield return V1.ServerFeature.Tls;
        }

        if (provider.GetRequiredService<IOptions<AuditOptions>>().Value.Enabled)
        {
            yield return V1.ServerFeature.Audit;
        }

        if (provider.GetRequiredService<MasterKeyRing>().Key is not null)
        {
            yield return V1.ServerFeature.Encryption;
        }

        yield return V1.ServerFeature.Claims;
    }
}
