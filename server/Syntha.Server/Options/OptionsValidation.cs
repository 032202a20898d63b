using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Options;

/// <summary>Binds a section to its options and collects every fault in it, each with key, value and remedy.</summary>
internal static class OptionsValidation
{
    public static IServiceCollection AddValidated<T>(this IServiceCollection services, string section, Func<T, IEnumerable<string>>? faults = null)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<T>>(new Validator<T>(section, faults));
    }

    private sealed class Validator<T>(string section, Func<T, IEnumerable<string>>? moreFaults) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            var faults = results
                .Select(result => $"{section}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}")
                .Concat(moreFaults?.Invoke(options) ?? [])
                .ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
