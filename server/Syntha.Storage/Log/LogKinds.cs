namespace Syntha.Storage.Log;

/// <summary>Which rows of the log are about what. The numbers are those of <see cref="ChangeKind"/>.</summary>
internal static class LogKinds
{
    /// <summary>The kinds of changes of claims, as SQL.</summary>
    public const string OfClaims = "(8, 9, 10, 11)";

    public static bool IsClaim(long kind) => kind is >= (long)ChangeKind.Claimed and <= (long)ChangeKind.ClaimExpired;
}
