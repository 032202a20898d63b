using CsCheck;

namespace Syntha.Mesh.Tests.Model;

/// <summary>Generates commands of agents and the owner. The names are few, so that the commands meet.</summary>
internal static class Steps
{
    public static readonly string[] Keys = ["", "a", "a/b", "ab", "b", "\uE000", "\U0001F600"];
    public static readonly string[] Agents = ["ann", "bob", "cid"];
    public static readonly string[] Topics = ["t", "u", "ann"];

    private static readonly Gen<string?> Actor = Gen.OneOf<string?>(null, "ann", "bob", "cid");
    private static readonly Gen<string> Agent = Gen.OneOf(Agents);
    private static readonly Gen<string> Key = Gen.OneOf(Keys);
    private static readonly Gen<string> SomeTopics = Gen.OneOf(Topics).Array[0, 3].Select(topics => string.Join(' ', topics.Distinct()));
    private static readonly Gen<string> SomeAgents = Gen.OneOf(Agents).Array[0, 2].Select(agents => string.Join(' ', agents.Distinct()));
    private static readonly Gen<Guard> AnyGuard = Gen.Frequency((6, Guard.None), (1, Guard.Absent), (2, Guard.Current), (1, Guard.Wrong));
    private static readonly Gen<int?> Ttl = Gen.Frequency<int?>((8, null), (1, -5), (1, 0), (2, 1), (2, 2), (1, 3), (1, 60));

    private static readonly Gen<DraftStep> Draft =
        Gen.Select(
                Key, Gen.Int[1, 9], Gen.Frequency((2, Gen.Const("")), (3, SomeTopics)), Gen.Frequency((3, Gen.Const("")), (1, SomeAgents)),
                Ttl, AnyGuard)
            .Select((key, value, topics, to, ttl, guard) => new DraftStep(key, $"{value}", topics, to, ttl, guard));

    private static readonly Gen<Step> Operation = Gen.OneOf<Step>(
        Draft.Select(draft => new PushStep(null, [draft])),
        Gen.Select(Key, AnyGuard).Select((key, guard) => new RemoveStep(null, key, guard)),
        Gen.Select(Key, Gen.Int[1, 3], AnyGuard).Select((key, amount, guard) => new IncrementStep(null, key, amount, guard)));

    private static readonly Gen<Step> Any = Gen.Frequency<Step>(
        (4, Gen.Select(Actor, Key, Gen.Int[1, 3], AnyGuard)
            .Select((by, key, amount, guard) => new IncrementStep(by, key, amount, guard))),
        (4, Gen.Select(Actor, Operation.Array[1, 4], Key, AnyGuard)
            .Select((by, operations, key, guard) => new CommitStep(by, [.. operations.DistinctBy(KeyOf)], key, guard))),
        (10, Gen.Select(Actor, Draft.Array[1, 1]).Select((by, drafts) => new PushStep(by, drafts))),
        (3, Gen.Select(Actor, Draft.Array[0, 4]).Select((by, drafts) => new PushStep(by, [.. drafts.DistinctBy(draft => draft.Key)]))),
        (4, Gen.Select(Actor, Key, AnyGuard).Select((by, key, guard) => new RemoveStep(by, key, guard))),
        (4, Gen.Select(Agent, SomeTopics).Select((agent, topics) => new RegisterStep(null, agent, topics))),
        (2, Gen.Select(Agent, SomeTopics).Select((agent, topics) => new UnsubscribeStep(agent, agent, topics))),
        (2, Gen.Select(Agent, SomeTopics, Gen.Bool, Gen.Bool)
            .Select((agent, topics, global, direct) => new RestrictStep(null, agent, topics, global, direct))),
        (2, Agent.Select(agent => new UnrestrictStep(null, agent))),
        // A claim may have the name of a key, and is none.
        (3, Gen.Select(Actor, Key, Gen.Int[1, 3], SomeTopics)
            .Select((by, name, seconds, topics) => new ClaimStep(by, name, seconds, topics))),
        (1, Key.Select(name => new ReleaseStep(name))),
        (1, Gen.Select(Actor, Gen.OneOf(Topics)).Select((by, topic) => new DeleteTopicStep(by, topic))),
        (1, Actor.Select(by => new PurgeStep(by))),
        (1, Gen.OneOf<string?>("ann", "bob", "cid", "ann", "bob", null).Select(by => new ClearStep(by))));

    private static readonly Gen<Step> WithRequest =
        Gen.Select(Any, Gen.Frequency<int?>((6, null), (1, 1), (1, 2), (1, 3))).Select((step, number) => step with { Request = number });

    private static string KeyOf(Step step) => step switch
    {
        PushStep push => push.Drafts[0].Key,
        RemoveStep remove => remove.Key,
        IncrementStep increment => increment.Key,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>A history of single commands.</summary>
    public static readonly Gen<Step[]> History = WithRequest.Array[1, 40];

    /// <summary>A history of groups of commands, with time passing between them.</summary>
    public static readonly Gen<Batch[]> Batches =
        Gen.Select(WithRequest.Array[1, 4], Gen.Frequency((3, 0), (2, 1), (1, 2)))
            .Select((steps, seconds) => new Batch(steps, seconds))
            .Array[1, 20];
}
