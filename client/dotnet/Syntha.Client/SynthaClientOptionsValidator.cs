using Microsoft.Extensions.Options;

namespace Syntha.Client;

/// <summary>Finds all faults of the options at once; each is named with key, value and remedy.</summary>
internal sealed class SynthaClientOptionsValidator : IValidateOptions<SynthaClientOptions>
{
    // Far beyond any use: long before that a call's time is over.
    private const int MostAttempts = 1000;

    // Far beyond any use, and within what timers and deadlines can express.
    internal static readonly TimeSpan LongestTime = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, SynthaClientOptions options)
    {
        string[] faults = [.. FaultsOf(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <exception cref="ArgumentException">The options have faults; all are told.</exception>
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
        if (!Uri.TryCreate(options.Address, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            || address.PathAndQuery != "/" || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            yield return $"{nameof(options.Address)} is '{options.Address}'. Give http://host:port or https://host:port, without a path "
                + $"(the default comes from the environment variable {SynthaClientOptions.AddressVariable}).";
        }

        else if (options.HasCredential && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !options.AllowCredentialsWithoutTls)
        {
            yield return $"{nameof(options.Address)} is '{options.Address}', to which a credential would travel in the clear. Give an https:// "
                + $"address, or set {nameof(options.AllowCredentialsWithoutTls)} where the way is safe otherwise.";
        }

        if (options.ApiKey is not null && options.TokenProvider is not null)
        {
            yield return $"{nameof(options.ApiKey)} and {nameof(options.TokenProvider)} are both given. Give one of them (the key may come from "
                + $"the environment variable {SynthaClientOptions.ApiKeyVariable}).";
        }

        if (options.ApiKey is { } key && (key.Length == 0 || key.Any(static character => character is < '!' or > '~')))
        {
            // Without the value: it is a secret all the same.
            yield return $"{nameof(options.ApiKey)} is empty or holds what no key does. Give it as it was printed, without blanks.";
        }

        if (options.TrustedAuthoritiesPath is { } path && options.HttpHandler is not null)
        {
            yield return $"{nameof(options.TrustedAuthoritiesPath)} is '{path}', but a {nameof(options.HttpHandler)} is given as well. Have the handler "
                + "trust the authorities.";
        }
        else if (options.TrustedAuthoritiesPath is { } missing && !File.Exists(missing))
        {
            yield return $"{nameof(options.TrustedAuthoritiesPath)} is '{missing}', where there is no file.";
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
            yield return $"{nameof(options.JsonSerializerOptions)} is null. Leave it out for the default.";
        }
    }

    internal static bool IsNoTime(TimeSpan time) => time <= TimeSpan.Zero || time > LongestTime;
}
