using System.Reflection;
using System.Text.RegularExpressions;

namespace Syntha.Architecture.Tests;

/// <summary>
/// The constants that a project's sources read. The compiler leaves no trace of them, so this looks for <c>Type.Constant</c> in the text. A
/// type counts when the file sees its namespace.
/// </summary>
internal static partial class ConstantReferences
{
    /// <param name="folder">The project's folder.</param>
    /// <param name="types">The project's types.</param>
    /// <returns>The namespace of a file that reads a constant, the file, and the type that declares the constant.</returns>
    public static IEnumerable<(string From, string File, Type To)> In(string folder, IReadOnlyCollection<Type> types)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var constants = types
            .SelectMany(type => type.GetFields(Declared))
            .Where(field => field.IsLiteral)
            .ToLookup(field => $"{field.DeclaringType!.Name}.{field.Name}", field => field.DeclaringType!);
        var files = Repository.Files(folder, "*.cs").ToDictionary(path => path, File.ReadAllText);
        var everywhere = files.FirstOrDefault(file => Path.GetFileName(file.Key) == "GlobalUsings.cs").Value;
        foreach (var (file, text) in files)
        {
            var from = Namespace().Match(text).Groups[1].Value;
            foreach (Match path in DottedName().Matches(text))
            {
                var parts = path.Value.Split('.');
                for (var at = 1; at < parts.Length; at++)
                {
                    var qualifier = at > 1 ? parts[at - 2] : null;
                    var declaring = constants[$"{parts[at - 1]}.{parts[at]}"];
                    foreach (var type in declaring.Where(type => Sees(from, text + everywhere, qualifier, type.Namespace!)))
                    {
                        yield return (from, Path.GetFileNameWithoutExtension(file), type);
                    }
                }
            }
        }
    }

    private static bool Sees(string from, string text, string? qualifier, string wanted) =>
        $"{from}.".StartsWith($"{wanted}.", StringComparison.Ordinal) ||
        text.Contains($"using {wanted};", StringComparison.Ordinal) ||
        (qualifier is not null && wanted.EndsWith($".{qualifier}", StringComparison.Ordinal));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // Not in a comment: the same line has no // before it.
    [GeneratedRegex(@"(?<=^(?:(?!//).)*)\b[A-Z]\w*(?:\.[A-Z]\w*)+", RegexOptions.Multiline)]
    private static partial Regex DottedName();
}
