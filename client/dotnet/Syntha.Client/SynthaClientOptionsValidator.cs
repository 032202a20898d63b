using Microsoft.Extensions.Options;

namespace Syntha.Client;

/// <summary>Finds all faults of the options at once; each is named with key, value and remedy.</summary>
internal sealed class SynthaClientOptionsValidator : IValidateOptions<SynthaClientOptions>
{
    // gRPC itself cuts anything above: five attempts is what it grants one call.
    private const int MostAttempts = 5;

    // Far beyond any use, and within what timers and deadlines can express.
    private static readonly TimeSpan LongestTime = TimeSpan.FromHours(24);

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

    private static bool IsNoTime(TimeSpan time) => time <= TimeSpan.Zero || time > LongestTime;
}
