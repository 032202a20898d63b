using Microsoft.Extensions.Options;

namespace Syntha.Client;

/// <summary>Finds all faults of the options at once. Each text names the key, the value and the remedy.</summary>
internal sealed class SynthaClientOptionsValidator : IValidateOptions<SynthaClientOptions>
{
    // Far beyond any use: a call's time is over long before that.
    private const int MostAttempts = 1000;

    // Far beyond any use, and within the range of timers and deadlines.
    internal static readonly TimeSpan LongestTime = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, SynthaClientOptions options)
    {
        string[] faults = [.. FaultsOf(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <exception cref="ArgumentException">The options have faults. The message names all of them.</exception>
    internal static void ThrowIfFaulty(SynthaClientOptions options, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(options, parameterName);
        string[] faults = [.. FaultsOf(options)];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), parameterName);
        }
    }

    private static IEnumerable<string> FaultsOf(SynthaClientOptions options)
    {
        if (ServerAddress.Find(options.Address) is not { } address)
        {
            yield return $"{nameof(options.Address)} is '{options.Address}'. Give http://host:port, https://host:port or host:port, "
                + $"without a path. (The default comes from the environment variable {SynthaClientOptions.AddressVariable}.)";
        }
        else if (options.HasCredential && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !options.AllowCredentialsWithoutTls)
        {
            yield return $"{nameof(options.Address)} is '{options.Address}', to which a credential would travel in the clear. Give an "
                + $"https:// address, or set {nameof(options.AllowCredentialsWithoutTls)} when the network is safe by other means.";
        }

        if (options.ApiKey is not null && options.TokenProvider is not null)
        {
            yield return $"{nameof(options.ApiKey)} and {nameof(options.TokenProvider)} are both given. Give one of them. (The key may "
                + $"come from the environment variable {SynthaClientOptions.ApiKeyVariable}.)";
        }

        if (options.ApiKey is { } key && (key.Length == 0 || key.Any(static character => character is < '!' or > '~')))
        {
            // The message leaves the value out: it is a secret, even when it is not a valid key.
            yield return $"{nameof(options.ApiKey)} is empty, or holds a blank or a character beyond ASCII. Give the key as it "
                + "was printed.";
        }

        if (options.TrustedAuthoritiesPath is { } path && options.HttpHandler is not null)
        {
            yield return $"{nameof(options.TrustedAuthoritiesPath)} is '{path}', and a {nameof(options.HttpHandler)} is given as well. Let "
                + "the handler trust the authorities.";
        }
        else if (options.TrustedAuthoritiesPath is { } missing && !File.Exists(missing))
        {
            yield return $"{nameof(options.TrustedAuthoritiesPath)} is '{missing}', and there is no such file.";
        }

        foreach (var fault in CertificateFaultsOf(options))
        {
            yield return fault;
        }

        if (options.CallTimeout is { } timeout && IsNoTime(timeout))
        {
            yield return $"{nameof(options.CallTimeout)} is {timeout}. Give a time above zero and up to {LongestTime.TotalHours} hours, "
                + "or null for no limit.";
        }

        if (IsNoTime(options.ConnectTimeout))
        {
            yield return $"{nameof(options.ConnectTimeout)} is {options.ConnectTimeout}. Give a time above zero and up to "
                + $"{LongestTime.TotalHours} hours.";
        }

        if (options.MaxAttempts is < 1 or > MostAttempts)
        {
            yield return $"{nameof(options.MaxAttempts)} is {options.MaxAttempts}. Give 1 (no retry) to {MostAttempts}.";
        }

        if (IsNoTime(options.RetryDelay))
        {
            yield return $"{nameof(options.RetryDelay)} is {options.RetryDelay}. Give a time above zero and up to "
                + $"{LongestTime.TotalHours} hours.";
        }

        if (options.MaxRetryDelay < options.RetryDelay || options.MaxRetryDelay > LongestTime)
        {
            yield return $"{nameof(options.MaxRetryDelay)} is {options.MaxRetryDelay}. Give {nameof(options.RetryDelay)}, which is "
                + $"{options.RetryDelay}, up to {LongestTime.TotalHours} hours.";
        }

        if (options.JsonSerializerOptions is null)
        {
            yield return $"{nameof(options.JsonSerializerOptions)} is null. Leave it out to have the default.";
        }
    }

    private static IEnumerable<string> CertificateFaultsOf(SynthaClientOptions options)
    {
        if ((options.ClientCertificatePath is null) != (options.ClientKeyPath is null))
        {
            yield return $"{nameof(options.ClientCertificatePath)} and {nameof(options.ClientKeyPath)} belong together. Give both.";
        }
        else if (options.ClientCertificatePath is not null && options.HttpHandler is not null)
        {
            yield return $"{nameof(options.ClientCertificatePath)} is '{options.ClientCertificatePath}', and a "
                + $"{nameof(options.HttpHandler)} is given as well. Let the handler show the certificate.";
        }

        (string Name, string? Path)[] files =
        [
            (nameof(options.ClientCertificatePath), options.ClientCertificatePath),
            (nameof(options.ClientKeyPath), options.ClientKeyPath),
        ];
        foreach (var (name, path) in files)
        {
            if (path is not null && !File.Exists(path))
            {
                yield return $"{name} is '{path}', and there is no such file.";
            }
        }
    }

    internal static bool IsNoTime(TimeSpan time) => time <= TimeSpan.Zero || time > LongestTime;
}
