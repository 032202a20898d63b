namespace Syntha.Client;

/// <summary>One field of a request that the server refused.</summary>
/// <param name="Field">Path of the field in the contract, such as <c>items[3].key</c>.</param>
/// <param name="Description">What is wrong with it.</param>
public sealed record FieldViolation(string Field, string Description);
