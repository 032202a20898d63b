using System.Security.Cryptography;

namespace Syntha.Examples.UserIsolation.Verification;

/// <summary>
/// Texts of one user alone, which must appear nowhere else: a phrase that the seed's application stored for the user, and a random canary
/// of this run. They are short and plain ASCII, so that their bytes lie in one piece within one page of a file.
/// </summary>
internal sealed record UserSecrets(string UserId, string Phrase, string Canary)
{
    internal static IReadOnlyList<UserSecrets> ForEachUser() =>
    [
        new("alice", "I need help with Python", NewCanary("alice")),
        new("bob", "Hola, necesito ayuda", NewCanary("bob")),
        new("charlie", "check the weather for you", NewCanary("charlie")),
    ];

    /// <summary>The user's texts, which must be nowhere else.</summary>
    internal IEnumerable<string> Texts => [Phrase, Canary];

    private static string NewCanary(string userId) => $"canary-{userId}-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
}
