namespace Syntha.Storage.Ground;

/// <summary>
/// The steps of a schema, as they are embedded: .sql files. Each file's name begins with the number of the step. A released step is never
/// edited, except for its comments; new steps follow it.
/// </summary>
internal static class SchemaSteps
{
    /// <param name="folder">The beginning of the resources' names.</param>
    public static string[] Read(string folder)
    {
        var assembly = typeof(SchemaSteps).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd();
            })];
    }
}
