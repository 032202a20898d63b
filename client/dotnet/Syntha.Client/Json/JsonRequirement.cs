namespace Syntha.Client.Json;

/// <summary>What trimmed and natively compiled programs are told when they use an overload that serialises by reflection.</summary>
internal static class JsonRequirement
{
    internal const string Message = "JSON is serialised by reflection here. Use the overload that takes a JsonTypeInfo<T>.";
}
