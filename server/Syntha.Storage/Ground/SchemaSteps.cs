namespace Syntha.Storage.Ground;

/// <summary>
/// A schema's steps as they are embedded: .sql files whose names begin with the number to which they lead. Steps that were released are
/// never edited; new ones follow.
/// </summary>
internal static class SchemaSteps
{
    /// <param name="folder">The beginning of their names.</param>
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
