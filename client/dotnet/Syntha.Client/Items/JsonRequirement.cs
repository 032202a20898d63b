namespace Syntha.Client;

/// <summary>The warning of a trimmed or natively compiled program that uses an overload which serialises by reflection.</summary>
internal static class JsonRequirement
{
    internal const string Message = "This overload serialises JSON by reflection. Use the overload that takes a JsonTypeInfo<T>.";
}
