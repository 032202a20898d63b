using System.Collections;

namespace Syntha.Server.Configuration;

/// <summary>
/// The settings in the environment: <c>SYNTHA_Server__GrpcPort</c>. A variable without a section is none, so that those of the clients,
/// such as <c>SYNTHA_SERVER</c>, may be set where the server starts.
/// </summary>
internal static class SettingVariables
{
    private const string Prefix = "SYNTHA_";
    private const string Separator = "__";

    public static IConfigurationBuilder AddSettingVariables(this IConfigurationBuilder configuration) =>
        configuration.AddInMemoryCollection(All().Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));

    /// <summary>The variables, with the keys and the values that they give.</summary>
    public static IEnumerable<(string Variable, string Key, string Value)> All()
    {
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var variable = (string)entry.Key;
            var key = variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                ? variable[Prefix.Length..].Replace(Separator, ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)
                : "";
            if (key.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal))
            {
                yield return (variable, key, (string?)entry.Value ?? "");
            }
        }
    }
}
