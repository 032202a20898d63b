using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Mesh.Patching;

/// <summary>The values within a patch. It keeps them as elements, which never change, and puts nodes made of them into values.</summary>
internal static class JsonParts
{
    public static JsonNode? NodeOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(element),
    };

    /// <summary>The element of a text that <see cref="Values.JsonText"/> accepted.</summary>
    public static JsonElement ElementOf(string json) => JsonElement.Parse(json);
}
