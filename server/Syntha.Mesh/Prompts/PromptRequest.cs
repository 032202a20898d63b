namespace Syntha.Mesh.Prompts;

/// <summary>What prompt is wanted.</summary>
/// <param name="Kind">What is written around the items.</param>
/// <param name="Format">How the items are written.</param>
/// <param name="MaxAge">Only items that were written no longer ago; null: however old.</param>
/// <param name="Since">Only items that are new since this position; null: all.</param>
/// <param name="MaxBytes">How long the text may be, in UTF-8.</param>
public sealed record PromptRequest(PromptKind Kind, PromptFormat Format, TimeSpan? MaxAge, Position? Since, int MaxBytes);
