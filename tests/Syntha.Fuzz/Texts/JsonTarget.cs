using Syntha.Fuzz.Engine;
using Syntha.Mesh.Values;

namespace Syntha.Fuzz.Texts;

/// <summary>The check of JSON accepts what a plain reader of RFC 8259 with the same limits accepts, and nothing else.</summary>
internal sealed class JsonTarget : FuzzTarget
{
    public override string Name => "json";

    public override void Run(byte[] input)
    {
        var text = TextOf(input);
        Hold(text, mustBeObject: false);
        Hold(text, mustBeObject: true);
    }

    private static void Hold(string text, bool mustBeObject)
    {
        var expected = NaiveJson.IsValid(text, JsonText.MaxDepth) && (!mustBeObject || text.TrimStart(' ', '\t', '\r', '\n')[0] == '{');
        try
        {
            JsonText.Check(text, maxBytes: 1024 * 1024, mustBeObject: mustBeObject);
            Demand(expected, "The check accepts what is no JSON.");
        }
        catch (MeshException refusal)
        {
            Demand(!expected, $"The check refuses JSON: {refusal.Message}");
            Demand(refusal.Reason == ErrorReason.JsonInvalid, "The refusal has another reason.");
        }
    }
}
