using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Configuration;

/// <summary>
/// Reads sections into their options and collects every fault in them, each with key, value and remedy. Before the application is built,
/// because building it reads some of the options, and its first fault would hide the others.
/// </summary>
internal sealed class CheckedOptions(IServiceCollection services, IConfiguration configuration)
{
    private readonly List<string> faults = [];
    private readonly Dictionary<Type, object> found = [];

    public CheckedOptions Add<T>(string section, Func<T, IEnumerable<string>>? moreFaults = null)
        where T : class, new()
    {
        try
        {
            var options = configuration.GetSection(section).Get<T>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new T();
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            faults.AddRange(results.Select(result => $"{section}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}"));
            faults.AddRange(moreFaults?.Invoke(options) ?? []);
            services.AddSingleton(Options.Create(options));
            found[typeof(T)] = options;
        }
        catch (InvalidOperationException unreadable)
        {
            // A text where a number belongs, or a key that there is not.
            faults.Add($"{section} cannot be read: {unreadable.Message}");
        }
        return this;
    }

    /// <summary>What was added, for what depends on it; null where it could not be read.</summary>
    public T? Find<T>()
        where T : class => (T?)found.GetValueOrDefault(typeof(T));

    /// <exception cref="OptionsValidationException">Something is wrong; it tells all that is.</exception>
    public void Demand()
    {
        if (faults.Count > 0)
        {
            throw new OptionsValidationException("", typeof(CheckedOptions), faults);
        }
    }
}
