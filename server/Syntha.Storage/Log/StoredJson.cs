using System.Text.Json.Serialization;

namespace Syntha.Storage.Log;

/// <summary>The JSON that the stores write themselves. Values of users are never parsed here.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredAgent))]
[JsonSerializable(typeof(StoredClaim))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(string[][]))]
internal sealed partial class StoredJson : JsonSerializerContext;
