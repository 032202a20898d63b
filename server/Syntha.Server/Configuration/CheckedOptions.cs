using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Configuration;

/// <summary>
/// Reads sections into their options and collects every fault in them, each with key, value and remedy. Before the application is built,
/// because building it reads some of the options, and its first fault would hide the others.
/// </summary>
internal sealed class CheckedOptions(IServiceCollection services, IConfiguration configuration)
{
    // Sections of ASP.NET Core's own.
    private readonly HashSet<string> sections = new(["Kestrel", "Logging"], StringComparer.OrdinalIgnoreCase);
    private readonly List<string> faults = [];
    private readonly Dictionary<Type, object> found = [];

    public CheckedOptions Add<T>(string section, Func<T, IEnumerable<string>>? moreFaults = null)
        where T : class, new()
    {
        sections.Add(section);
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

    /// <summary>Adds a fault for each setting of a section that does not exist.</summary>
    /// <param name="commandLine">
    /// The settings of the command line. The environment is not checked: variables of other programs may begin like ours.
    /// </param>
    public CheckedOptions RefuseUnknownSections(string[] commandLine)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(commandLine).Build();
        foreach (var section in settings.GetChildren().Where(section => section.GetChildren().Any() && !sections.Contains(section.Key)))
        {
            var known = string.Join(", ", sections.Order(StringComparer.Ordinal));
            faults.AddRange(section.GetChildren().Select(setting => $"{setting.Path}: there is no section {section.Key}. The sections are {known}."));
        }

        return this;
    }

    /// <exception cref="OptionsValidationException">Something is wrong; it tells all that is.</exception>
    public void Demand()
    {
        if (faults.Count > 0)
        {
            throw new OptionsValidationException("", typeof(CheckedOptions), faults);
        }
    }
}
