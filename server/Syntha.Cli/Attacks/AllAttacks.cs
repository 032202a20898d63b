using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>The attacks, in the order in which they are tried. Each makes what it needs and relies on no other.</summary>
internal static class AllAttacks
{
    public static IReadOnlyList<Attack> InOrder { get; } =
    [
        .. IdentityAttacks.All,
        .. ScopeAttacks.All,
        .. SameNameAttacks.All,
        .. HandleAttacks.All,
        .. AudienceAttacks.All,
        .. RightsAttacks.All,
        .. StreamAttacks.All,
        .. NameAttacks.All,
        .. LifeAttacks.All,
        .. OperationAttacks.All,
        // Last: it is about all of them.
        new("a user's bytes in any answer to another", "the user's own answers hold them", AnyAnswerAsync),
    ];

    // A foreign canary fails the attack in whose answers it is found; what is left to show is that it would have been found.
    private static Task AnyAnswerAsync(Stage stage)
    {
        Demand.Control(stage.Canaries.Sightings > 0, "no answer held what its own user keeps");
        return Task.CompletedTask;
    }
}
