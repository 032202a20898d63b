using System.Text.RegularExpressions;
using Syntha.Fuzz.Engine;
using Syntha.Mesh.Prompts;

namespace Syntha.Fuzz.Texts;

/// <summary>
/// A template that Python accepts is read as Python reads it: doubled braces are one. Of any other, nothing is lost and nothing is doubled.
/// A name in braces is refused if it is no placeholder, where the caller asks for that.
/// </summary>
internal sealed partial class TemplateTarget : FuzzTarget
{
    public override string Name => "template";

    public override void Run(byte[] input)
    {
        var text = TextOf(input);
        HoldParts(text, Template.Parse(text, IsPlaceholder).Parts, Python().IsMatch(text));
        HoldParts(text, Template.Replacing(text, "x").Parts, isPython: false);
        HoldUnknown(text);
    }

    private static bool IsPlaceholder(string name) => name is "x" or "y.z";

    private static void HoldParts(string text, IReadOnlyList<Template.Part> parts, bool isPython)
    {
        var whole = string.Concat(parts.Select(part => part.IsPlaceholder ? $"{{{part.Text}}}" : isPython ? Double(part.Text) : part.Text));
        Demand(whole == text, isPython ? "The template is not what Python reads." : "Something of the template is lost.");
        Demand(
            parts.Zip(parts.Skip(1)).All(pair => pair.First.IsPlaceholder || pair.Second.IsPlaceholder), "A literal text is in two parts.");
        Demand(
            isPython || parts.All(part => part.IsPlaceholder || !part.Text.Contains("{x}", StringComparison.Ordinal)),
            "A placeholder is not filled.");
    }

    private static void HoldUnknown(string text)
    {
        var unknown = Named().Matches(text).Select(match => match.Groups[1].Value).Where(name => !IsPlaceholder(name)).ToList();
        try
        {
            Template.Parse(text, IsPlaceholder, refusesUnknown: true);
            Demand(unknown.Count == 0, "A name that is no placeholder is printed.");
        }
        catch (MeshException refusal)
        {
            Demand(refusal.Reason == ErrorReason.TemplateInvalid, "The refusal has another reason.");
            Demand(unknown.Count > 0 && refusal.Metadata["placeholder"] == unknown[0], "The refusal names something else.");
        }
    }

    private static string Double(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?>[^{}]|\{\{|\}\}|\{(?:x|y\.z)\})*\z", RegexOptions.Singleline)]
    private static partial Regex Python();

    // An odd number of braces, of which the last one opens.
    [GeneratedRegex(@"(?<!\{)(?:\{\{)*\{((?:\p{L}|_)(?:\p{L}|\p{Nd}|[_.-])*)\}")]
    private static partial Regex Named();
}
