using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Configuration;

/// <summary>
/// Reads sections of the configuration into their options, and collects every fault in them with its key, value and remedy. It works before
/// the application is built, because the build reads some of the options and would stop at the first fault.
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
            // A section has no value of its own. If it seems to have one, a variable of another program has its name, such as LOG.
            var given = configuration.GetSection(section);
            var isGiven = given.GetChildren().Any();
            var options = (isGiven ? given.Get<T>(binder => binder.ErrorOnUnknownConfiguration = true) : null) ?? new T();
            faults.AddRange(FaultsIn(options, section));
            faults.AddRange(moreFaults?.Invoke(options) ?? []);
            services.AddSingleton(Options.Create(options));
            found[typeof(T)] = options;
        }
        catch (InvalidOperationException unreadable)
        {
            // A text where a number belongs, or a key that does not exist.
            faults.Add($"{section} cannot be read: {unreadable.Message}");
        }
        return this;
    }

    /// <summary>Options that were added, for others that depend on them; null: they could not be read.</summary>
    public T? Find<T>()
        where T : class => (T?)found.GetValueOrDefault(typeof(T));

    /// <summary>Adds a fault for each setting of a section that does not exist, on the command line or in the environment.</summary>
    /// <param name="commandLine">The settings of the command line.</param>
    public CheckedOptions RefuseUnknownSections(string[] commandLine)
    {
        var settings = new ConfigurationBuilder().AddSettingVariables().AddCommandLine(commandLine).Build();
        foreach (var section in settings.GetChildren().Where(section => section.GetChildren().Any() && !sections.Contains(section.Key)))
        {
            var known = string.Join(", ", sections.Order(StringComparer.Ordinal));
            faults.AddRange(section.GetChildren().Select(
                setting => $"{setting.Path}: there is no section {section.Key}. The sections are {known}."));
        }

        return this;
    }

    /// <exception cref="OptionsValidationException">There are faults. The exception has all of them.</exception>
    public void Demand()
    {
        if (faults.Count > 0)
        {
            throw new OptionsValidationException("", typeof(CheckedOptions), faults.Select(WithVariables));
        }
    }

    // An operator who typed a variable looks for its name.
    private string WithVariables(string fault)
    {
        var variables = SettingVariables.All()
            .Where(setting => configuration[setting.Key] == setting.Value && IsAbout(fault, setting.Key))
            .Select(setting => setting.Variable).Order(StringComparer.Ordinal).ToList();
        return variables.Count == 0 ? fault : $"{fault} In the environment: {string.Join(", ", variables)}.";
    }

    // The platform names an unknown key without its section, which begins the fault.
    private static bool IsAbout(string fault, string key) =>
        fault.Contains(key, StringComparison.OrdinalIgnoreCase)
        || (fault.StartsWith($"{key.Split(ConfigurationPath.KeyDelimiter)[0]} ", StringComparison.OrdinalIgnoreCase)
            && fault.Contains($"'{ConfigurationPath.GetSectionKey(key)}'", StringComparison.OrdinalIgnoreCase));

    /// <summary>The single values of options that their attributes refuse.</summary>
    /// <param name="options">The options.</param>
    /// <param name="at">Their place in the configuration.</param>
    public static IEnumerable<string> FaultsIn(object options, string at)
    {
        foreach (var property in options.GetType().GetProperties())
        {
            var value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                var key = $"{at}:{property.Name}";
                yield return rule is RangeAttribute range
                    ? string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; use {range.Minimum} to {range.Maximum}.")
                    : string.Create(CultureInfo.InvariantCulture, $"{key} is '{value}'; {rule.FormatErrorMessage(property.Name)}");
            }
        }
    }
}
