using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>The attacks in the order in which they are tried. Each makes what it needs, and none relies on another.</summary>
internal static class AllAttacks
{
    public static IReadOnlyList<Attack> InOrder { get; } =
    [
        .. IdentityAttacks.All,
        .. StrangerAttacks.All,
        .. ScopeAttacks.All,
        .. SameNameAttacks.All,
        .. HandleAttacks.All,
        .. AudienceAttacks.All,
        .. RightsAttacks.All,
        .. StreamAttacks.All,
        .. NameAttacks.All,
        .. LifeAttacks.All,
        .. OperationAttacks.All,
        // It is the last one, because it judges the answers of all others.
        new("a user's bytes in any answer to another", "the user's own answers hold them", AnyAnswerAsync),
    ];

    // A canary of another user fails the attack that meets it. This attack shows that the search would have met it.
    private static Task AnyAnswerAsync(Probe probe)
    {
        Require.Control(probe.Canaries.Sightings > 0, "no answer held the canary of its own user");
        return Task.CompletedTask;
    }
}
