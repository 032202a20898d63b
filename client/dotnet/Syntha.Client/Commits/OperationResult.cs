using System.Text.Json;

namespace Syntha.Client;

/// <summary>What one operation of a commit has come to.</summary>
/// <param name="Removed">For a removal: whether there was an item to remove.</param>
/// <param name="Result">For a patch: see <see cref="PatchReceipt.Result"/>.</param>
public readonly record struct OperationResult(bool Removed, JsonElement? Result)
{
    /// <summary>For a claim: the claim with its token. Otherwise <see langword="null"/>.</summary>
    public ClaimState? Claim { get; init; }
}
