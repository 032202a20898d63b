using System.Globalization;

using Microsoft.Extensions.Configuration;

namespace Syntha.Client;

/// <summary>
/// Reads the options from configuration by hand: the binder works by reflection, and a dozen keys do not need it. An absent key keeps its
/// default. An empty <c>CallTimeout</c> means no limit.
/// </summary>
internal static class SynthaClientConfiguration
{
    internal static void Apply(IConfiguration section, SynthaClientOptions options)
    {
        options.Address = section[nameof(options.Address)] ?? options.Address;
        options.ApiKey = section[nameof(options.ApiKey)] ?? options.ApiKey;
        options.AllowCredentialsWithoutTls =
            Truth(section, nameof(options.AllowCredentialsWithoutTls)) ?? options.AllowCredentialsWithoutTls;
        options.TrustedAuthoritiesPath = section[nameof(options.TrustedAuthoritiesPath)] ?? options.TrustedAuthoritiesPath;
        options.ClientCertificatePath = section[nameof(options.ClientCertificatePath)] ?? options.ClientCertificatePath;
        options.ClientKeyPath = section[nameof(options.ClientKeyPath)] ?? options.ClientKeyPath;
        options.CallTimeout = section[nameof(options.CallTimeout)] is { Length: 0 }
            ? null
            : Time(section, nameof(options.CallTimeout)) ?? options.CallTimeout;
        options.ConnectTimeout = Time(section, nameof(options.ConnectTimeout)) ?? options.ConnectTimeout;
        options.MaxAttempts = Number(section, nameof(options.MaxAttempts)) ?? options.MaxAttempts;
        options.RetryDelay = Time(section, nameof(options.RetryDelay)) ?? options.RetryDelay;
        options.MaxRetryDelay = Time(section, nameof(options.MaxRetryDelay)) ?? options.MaxRetryDelay;
    }

    private static TimeSpan? Time(IConfiguration section, string key) =>
        section[key] is not { } text ? null
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time
        : throw Unreadable(section, key, text, "a time such as 00:00:30");

    private static int? Number(IConfiguration section, string key) =>
        section[key] is not { } text ? null
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw Unreadable(section, key, text, "a whole number");

    private static bool? Truth(IConfiguration section, string key) =>
        section[key] is not { } text ? null
        : bool.TryParse(text, out var truth) ? truth
        : throw Unreadable(section, key, text, "true or false");

    private static InvalidOperationException Unreadable(IConfiguration section, string key, string text, string expected)
    {
        var path = section is IConfigurationSection named ? $"{named.Path}:{key}" : key;
        return new($"The setting {path} is '{text}'. Give {expected}.");
    }
}
