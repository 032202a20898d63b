using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>Registers this room.</summary>
internal static class AdmissionSetup
{
    public static void AddAdmission(this IServiceCollection services, CredentialOptions options)
    {
        services.AddCredentials(options);
        services.AddSingleton<CallAdmission>().AddSingleton<OpenConnections>().AddSingleton<Sessions>();
        services.AddSingleton<RateLimits>().AddSingleton<RecordMirror>();
        services.AddHostedService(provider => provider.GetRequiredService<RecordMirror>());
    }
}
