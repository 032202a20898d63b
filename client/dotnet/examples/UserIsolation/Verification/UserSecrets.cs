using System.Security.Cryptography;

namespace Syntha.Examples.UserIsolation.Verification;

/// <summary>
/// What belongs to one user alone and must appear nowhere else: a phrase that the seed's application stored for the user, and a random
/// canary of this run. Plain ASCII, and short, so that the bytes lie in one piece in whatever page of whatever file holds them.
/// </summary>
internal sealed record UserSecrets(string UserId, string Phrase, string Canary)
{
    internal static IReadOnlyList<UserSecrets> ForEachUser() =>
    [
        new("alice", "I need help with Python", NewCanary("alice")),
        new("bob", "Hola, necesito ayuda", NewCanary("bob")),
        new("charlie", "check the weather for you", NewCanary("charlie")),
    ];

    /// <summary>The user's texts that must be nowhere else.</summary>
    internal IEnumerable<string> Texts => [Phrase, Canary];

    private static string NewCanary(string userId) => $"canary-{userId}-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
}
