using Google.Protobuf.WellKnownTypes;

namespace Syntha.Server.Tests.Wire;

/// <summary>Calls that must be refused, each with its reason and the field that is at fault.</summary>
internal static class RefusedCalls
{
    private static readonly string LongKey = new('k', 4097);
    private static readonly string LongKeyInTwoBytes = new('é', 2049);
    private static readonly string LongName = new('n', 513);
    private static readonly string BigValue = $"\"{new string('v', (1280 * 1024) - 1)}\"";

    // The methods that are about an agent. In the other methods an agent acts.
    private static readonly string[] About =
    [
        "RegisterAgentTopics", "UnsubscribeFromTopics", "GetAgentTopics", "SetPostPermissions", "GetPostPermissions",
        "tools' UnsubscribeFromTopics",
    ];

    public static IReadOnlyDictionary<string, RefusedCall> All { get; } = Calls().ToDictionary(call => call.Name);

    private static IEnumerable<RefusedCall> Calls()
    {
        foreach (var (name, key) in (IEnumerable<(string, string)>)[
            ("over 4,096 bytes", LongKey), ("over 4,096 bytes, not signs", LongKeyInTwoBytes), ("with U+0000", "a\0b")])
        {
            yield return new($"Push, key {name}", ErrorReason.KeyInvalid, "item.key", user => user.Mesh.PushAsync(TestUser.Push(key)));
            yield return new(
                $"PushContext, key {name}", ErrorReason.KeyInvalid, "item.key",
                user => user.Tools.PushContextAsync(new() { AsAgent = "a", Item = new() { Key = key, ValueJson = "1" } }));
            yield return new($"PushMany, key {name}", ErrorReason.KeyInvalid, "items[1]", user => user.Mesh.PushManyAsync(Many("1", key)));
            yield return new($"Get, key {name}", ErrorReason.KeyInvalid, "key", user => user.Mesh.GetAsync(new() { Key = key }));
            yield return new(
                $"GetMany, key {name}", ErrorReason.KeyInvalid, "key", user => user.Mesh.GetManyAsync(new() { Keys = { "a", key } }));
            yield return new($"Remove, key {name}", ErrorReason.KeyInvalid, "key", user => user.Mesh.RemoveAsync(new() { Key = key }));
            yield return new(
                $"GetContext, key {name}", ErrorReason.KeyInvalid, "key",
                user => user.Tools.GetContextAsync(new() { AsAgent = "a", Key = key }));
            yield return new(
                $"HasContext, key {name}", ErrorReason.KeyInvalid, "key",
                user => user.Tools.HasContextAsync(new() { AsAgent = "a", Key = key }));
            yield return new(
                $"RemoveContext, key {name}", ErrorReason.KeyInvalid, "key",
                user => user.Tools.RemoveContextAsync(new() { AsAgent = "a", Key = key }));
        }
        yield return new(
            "List, prefix with U+0000", ErrorReason.FilterInvalid, "filter.key_prefix",
            user => user.Mesh.ListAsync(new() { Filter = new() { KeyPrefix = "\0" } }));
        yield return new(
            "List, prefix too long", ErrorReason.FilterInvalid, "filter.key_prefix",
            user => user.Mesh.ListAsync(new() { Filter = new() { KeyPrefix = LongKey } }));
        foreach (var call in OfClaims())
        {
            yield return call;
        }

        foreach (var call in OfCommits())
        {
            yield return call;
        }

        yield return new("PushMany, key twice", ErrorReason.KeyInvalid, "items[1]", user => user.Mesh.PushManyAsync(Many("1", "k0")));

        foreach (var (name, agent) in (IEnumerable<(string, string)>)[("empty", ""), ("over 512 bytes", LongName), ("with U+0000", "\0")])
        {
            foreach (var (method, call) in ByAgent(agent))
            {
                yield return new($"{method}, agent {name}", ErrorReason.AgentInvalid, About.Contains(method) ? "agent" : "as_agent", call);
            }

            yield return new(
                $"Push, subscriber {name}", ErrorReason.AgentInvalid, "item.subscribers",
                user => user.Mesh.PushAsync(TestUser.Push("k", subscribers: ["a", agent])));
            yield return new(
                $"Push, topic {name}", ErrorReason.TopicInvalid, "item.topics",
                user => user.Mesh.PushAsync(TestUser.Push("k", topics: ["t", agent])));
            yield return new(
                $"List, topic {name}", ErrorReason.TopicInvalid, "filter.topics",
                user => user.Mesh.ListAsync(new() { Filter = new() { Topics = { agent } } }));
            yield return new(
                $"DeleteTopic, topic {name}", ErrorReason.TopicInvalid, "topic",
                user => user.Mesh.DeleteTopicAsync(new() { Topic = agent }));
            yield return new(
                $"GetContextByTopic, topic {name}", ErrorReason.TopicInvalid, "filter.topics",
                user => user.Tools.ListContextAsync(new() { AsAgent = "a", Filter = new() { Topics = { agent } } }));
            yield return new(
                $"RegisterAgentTopics, topic {name}", ErrorReason.TopicInvalid, "topics",
                user => user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { agent } }));
            yield return new(
                $"SetPostPermissions, topic {name}", ErrorReason.TopicInvalid, "permissions.topics",
                user => user.Mesh.SetPostPermissionsAsync(new() { Agent = "a", Permissions = new() { Topics = { agent } } }));
        }

        foreach (var json in (string[])[
            "", " ", "tru", "{", "[1,]", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"\\u0062\":2}}", "'x'", "1 2", "NaN", "Infinity", "-", "01",
            "\"\n\"", "// c\n1", "{\"a\":1,}", Nested(65), "{\"\\ud800\":1}", "\u00a01"])
        {
            yield return new(
                $"Push, JSON {json[..Math.Min(json.Length, 20)]}", ErrorReason.JsonInvalid, "item.value_json",
                user => user.Mesh.PushAsync(TestUser.Push("k", json)));
        }

        // JSON by its grammar, but readers take it for something else, or for nothing.
        foreach (var json in (string[])["1e999", new string('9', 5_000), "\"\\ud83d\"", "[\"\\ude00\\ud83d\"]"])
        {
            var shown = json[..Math.Min(json.Length, 20)];
            yield return new(
                $"Push, unreadable {shown}", ErrorReason.JsonInvalid, "item.value_json",
                user => user.Mesh.PushAsync(TestUser.Push("k", json)));
            yield return new(
                $"PushMany, unreadable {shown}", ErrorReason.JsonInvalid, "items[1]", user => user.Mesh.PushManyAsync(Many(json, "k1")));
            yield return new(
                $"PushContext, unreadable {shown}", ErrorReason.JsonInvalid, "item.value_json",
                user => user.Tools.PushContextAsync(new() { AsAgent = "a", Item = new() { Key = "k", ValueJson = json } }));
            yield return new(
                $"Push, unreadable metadata {shown}", ErrorReason.JsonInvalid, "item.metadata_json",
                user => user.Mesh.PushAsync(
                    new() { Item = new() { Key = "k", ValueJson = "1", MetadataJson = $$"""{"a":{{json}}}""" } }));
            yield return new(
                $"LogOutcome, unreadable {shown}", ErrorReason.JsonInvalid, "report.metadata_json",
                user => user.Mesh.LogOutcomeAsync(
                    new() { Agent = "a", Report = new() { TaskType = "t", MetadataJson = $$"""{"a":{{json}}}""" } }));
        }

        yield return new(
            "Push, no value", ErrorReason.JsonInvalid, "item.value_json",
            user => user.Mesh.PushAsync(new() { Item = new() { Key = "k" } }));
        foreach (var (name, value) in (IEnumerable<(string, Value)>)
            [
                ("NaN", Value.ForNumber(double.NaN)), ("Infinity", Value.ForNumber(double.PositiveInfinity)),
                ("-Infinity in a list", Value.ForList(Value.ForNumber(double.NegativeInfinity))),
                ("without a kind", new Value()),
                ("without a kind in a struct", Value.ForStruct(new() { Fields = { ["a"] = new Value() } })),
            ])
        {
            yield return new(
                $"Push, structured {name}", ErrorReason.JsonInvalid, "item.value",
                user => user.Mesh.PushAsync(new() { Item = new() { Key = "k", Value = value } }));
            yield return new(
                $"PushContext, structured {name}", ErrorReason.JsonInvalid, "item.value",
                user => user.Tools.PushContextAsync(new() { AsAgent = "a", Item = new() { Key = "k", Value = value } }));
        }
        yield return new(
            "Push, metadata no object", ErrorReason.JsonInvalid, "item.metadata_json",
            user => user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1", MetadataJson = "[]" } }));
        yield return new(
            "Push, metadata too large", ErrorReason.ValueTooLarge, "item.metadata_json",
            user => user.Mesh.PushAsync(
                new() { Item = new() { Key = "k", ValueJson = "1", MetadataJson = $$"""{"a":"{{new string('m', 64 * 1024)}}"}""" } }));
        yield return new(
            "Push, value over 1.25 MiB", ErrorReason.ValueTooLarge, "item.value_json",
            user => user.Mesh.PushAsync(TestUser.Push("k", BigValue)));
        yield return new(
            "Push, structured value over 1.25 MiB", ErrorReason.ValueTooLarge, "item.value",
            user => user.Mesh.PushAsync(new() { Item = new() { Key = "k", Value = Value.ForString(BigValue) } }));
        yield return new(
            "PushMany, value over 1.25 MiB", ErrorReason.ValueTooLarge, "items[1]", user => user.Mesh.PushManyAsync(Many(BigValue, "k1")));
        var big = Enumerable.Range(0, 4).Select(n => new ItemWrite { Key = $"{n}", ValueJson = $"\"{new string('v', 900_000)}\"" });
        yield return new(
            "PushMany, over 3 MiB", ErrorReason.RequestTooLarge, null, user => user.Mesh.PushManyAsync(new() { Items = { big } }));
        yield return new("PushMany, no entries", ErrorReason.RequestTooLarge, "items", user => user.Mesh.PushManyAsync(new()));
        yield return new(
            "PushMany, 10,001 entries", ErrorReason.RequestTooLarge, "items",
            user => user.Mesh.PushManyAsync(
                new() { Items = { Enumerable.Range(0, 10_001).Select(n => new ItemWrite { Key = $"{n}", ValueJson = "1" }) } }));
        yield return new(
            "Push, over 3 MiB by its subscribers", ErrorReason.RequestTooLarge, null,
            user => user.Mesh.PushAsync(TestUser.Push("k", subscribers: [.. Names(10_000).Select(name => name.PadRight(400))])));
        yield return new(
            "PushContext, over 3 MiB by its subscribers", ErrorReason.RequestTooLarge, null,
            user => user.Tools.PushContextAsync(new()
            {
                AsAgent = "a",
                Item = new() { Key = "k", ValueJson = "1", Subscribers = { Names(10_000).Select(name => name.PadRight(400)) } },
            }));
        yield return new(
            "Push, 1,001 topics", ErrorReason.RequestTooLarge, "item.topics",
            user => user.Mesh.PushAsync(TestUser.Push("k", topics: Names(1_001))));
        yield return new(
            "Push, 10,001 subscribers", ErrorReason.RequestTooLarge, "item.subscribers",
            user => user.Mesh.PushAsync(TestUser.Push("k", subscribers: Names(10_001))));
        yield return new(
            "GetMany, 1,001 keys", ErrorReason.RequestTooLarge, "keys", user => user.Mesh.GetManyAsync(new() { Keys = { Names(1_001) } }));
        yield return new(
            "RegisterAgentTopics, 1,001 topics", ErrorReason.RequestTooLarge, "topics",
            user => user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { Names(1_001) } }));

        foreach (var size in (int[])[-1, int.MinValue, 1_001, int.MaxValue])
        {
            yield return new(
                $"List, page size {size}", ErrorReason.ArgumentInvalid, "page_size",
                user => user.Mesh.ListAsync(new() { PageSize = size }));
            yield return new(
                $"ListTopics, page size {size}", ErrorReason.ArgumentInvalid, "page_size",
                user => user.Mesh.ListTopicsAsync(new() { PageSize = size }));
            yield return new(
                $"GetContextByPattern, page size {size}", ErrorReason.ArgumentInvalid, "page_size",
                user => user.Tools.ListContextAsync(new() { AsAgent = "a", PageSize = size, Filter = new() { KeyGlob = "*" } }));
            yield return new(
                $"GetContextByTopic, page size {size}", ErrorReason.ArgumentInvalid, "page_size",
                user => user.Tools.ListContextAsync(new() { AsAgent = "a", PageSize = size, Filter = new() { Topics = { "t" } } }));
        }
        yield return new(
            "ListContextKeys, page size 10,001", ErrorReason.ArgumentInvalid, "page_size",
            user => user.Tools.ListContextAsync(new() { AsAgent = "a", PageSize = 10_001, View = ItemView.Keys }));
        foreach (var (name, glob) in (IEnumerable<(string, string)>)[
            ("[", "["), ("[a", "[a"), ("[]", "[]"), ("[!]", "[!]"), ("of 1,025", new('*', 1025))])
        {
            yield return new(
                $"List, glob {name}", ErrorReason.FilterInvalid, "filter.key_glob",
                user => user.Mesh.ListAsync(new() { Filter = new() { KeyGlob = glob } }));
        }

        yield return new(
            "Push, negative if_revision", ErrorReason.ArgumentInvalid, "item.if_revision",
            user => user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1", IfRevision = -1 } }));
        yield return new(
            "PushMany, negative if_revision", ErrorReason.ArgumentInvalid, "items[0]",
            user => user.Mesh.PushManyAsync(
                new() { Items = { new ItemWrite { Key = "k", ValueJson = "1", IfRevision = long.MinValue } } }));
        yield return new(
            "PushContext, negative if_revision", ErrorReason.ArgumentInvalid, "item.if_revision",
            user => user.Tools.PushContextAsync(new() { AsAgent = "a", Item = new() { Key = "k", ValueJson = "1", IfRevision = -1 } }));
        yield return new(
            "Remove, negative if_revision", ErrorReason.ArgumentInvalid, "if_revision",
            user => user.Mesh.RemoveAsync(new() { Key = "k", IfRevision = -1 }));
        yield return new(
            "RemoveContext, negative if_revision", ErrorReason.ArgumentInvalid, "if_revision",
            user => user.Tools.RemoveContextAsync(new() { AsAgent = "a", Key = "k", IfRevision = long.MinValue }));
        foreach (var (name, ttl) in (IEnumerable<(string, Duration)>)[
            ("seconds", new() { Seconds = long.MaxValue }), ("negative seconds", new() { Seconds = long.MinValue }),
            ("nanos", new() { Nanos = int.MinValue })])
        {
            yield return new(
                $"Push, ttl out of range by {name}", ErrorReason.ArgumentInvalid, "item.ttl",
                user => user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1", Ttl = ttl } }));
        }

        foreach (var id in (string[])[
            "", "x", "123", "{7d444840-9dc0-11d1-b245-5ffdce74fad2}", "7d444840-9dc0-11d1-b245-5ffdce74fad", "' OR 1=1"])
        {
            yield return new(
                $"Push, request id '{id}'", ErrorReason.RequestIdInvalid, "request_id",
                user => user.Mesh.PushAsync(new() { RequestId = id, Item = new() { Key = "k", ValueJson = "1" } }));
            yield return new(
                $"Clear, request id '{id}'", ErrorReason.RequestIdInvalid, "request_id",
                user => user.Mesh.ClearAsync(new() { RequestId = id }));
        }
    }

    private static IEnumerable<(string Method, Func<TestUser, object> Call)> ByAgent(string agent) =>
    [
        ("Push", user => user.Mesh.PushAsync(TestUser.Push("k", agent: agent))),
        ("PushMany", user => user.Mesh.PushManyAsync(new() { AsAgent = agent, Items = { new ItemWrite { Key = "k", ValueJson = "1" } } })),
        ("Patch", user => user.Mesh.PatchAsync(new() { AsAgent = agent, Patch = new() { Key = "k", MergeJson = "1" } })),
        ("Commit", user => user.Mesh.CommitAsync(
            new() { AsAgent = agent, Operations = { new Operation { Remove = new() { Key = "k" } } } })),
        ("PatchContext", user => user.Tools.PatchContextAsync(new() { AsAgent = agent, Patch = new() { Key = "k", MergeJson = "1" } })),
        ("CommitContext", user => user.Tools.CommitContextAsync(
            new() { AsAgent = agent, Operations = { new Operation { Remove = new() { Key = "k" } } } })),
        ("Get", user => user.Mesh.GetAsync(new() { Key = "k", AsAgent = agent })),
        ("GetMany", user => user.Mesh.GetManyAsync(new() { Keys = { "k" }, AsAgent = agent })),
        ("List", user => user.Mesh.ListAsync(new() { AsAgent = agent })),
        ("Remove", user => user.Mesh.RemoveAsync(new() { Key = "k", AsAgent = agent })),
        ("Clear", user => user.Mesh.ClearAsync(new() { AsAgent = agent })),
        ("CleanupExpired", user => user.Mesh.CleanupExpiredAsync(new() { AsAgent = agent })),
        ("GetStats", user => user.Mesh.GetStatsAsync(new() { AsAgent = agent })),
        ("RegisterAgentTopics", user => user.Mesh.RegisterAgentTopicsAsync(new() { Agent = agent, Topics = { "t" } })),
        ("UnsubscribeFromTopics", user => user.Mesh.UnsubscribeFromTopicsAsync(new() { Agent = agent, Topics = { "t" } })),
        ("GetAgentTopics", user => user.Mesh.GetAgentTopicsAsync(new() { Agent = agent })),
        ("ListTopics", user => user.Mesh.ListTopicsAsync(new() { AsAgent = agent })),
        ("DeleteTopic", user => user.Mesh.DeleteTopicAsync(new() { Topic = "t", AsAgent = agent })),
        ("SetPostPermissions", user => user.Mesh.SetPostPermissionsAsync(new() { Agent = agent })),
        ("GetPostPermissions", user => user.Mesh.GetPostPermissionsAsync(new() { Agent = agent })),
        ("PushContext", user => user.Tools.PushContextAsync(new() { AsAgent = agent, Item = new() { Key = "k", ValueJson = "1" } })),
        ("GetContext", user => user.Tools.GetContextAsync(new() { AsAgent = agent, Key = "k" })),
        ("HasContext", user => user.Tools.HasContextAsync(new() { AsAgent = agent, Key = "k" })),
        ("RemoveContext", user => user.Tools.RemoveContextAsync(new() { AsAgent = agent, Key = "k" })),
        ("ListContextKeys", user => user.Tools.ListContextAsync(new() { AsAgent = agent, View = ItemView.Keys })),
        ("tools' ListTopics", user => user.Tools.ListTopicsAsync(new() { AsAgent = agent })),
        ("GetContextByTopic", user => user.Tools.ListContextAsync(new() { AsAgent = agent, Filter = new() { Topics = { "t" } } })),
        ("GetContextByPattern", user => user.Tools.ListContextAsync(new() { AsAgent = agent, Filter = new() { KeyGlob = "*" } })),
        ("ClearContext", user => user.Tools.ClearContextAsync(new() { AsAgent = agent })),
        ("tools' UnsubscribeFromTopics", user => user.Tools.UnsubscribeFromTopicsAsync(new() { Agent = agent, Topics = { "t" } })),
    ];

    private static IEnumerable<RefusedCall> OfClaims()
    {
        static FencingToken Token(string name = "task") => new() { Name = name, Position = new() { Epoch = "e", Revision = 1 } };
        yield return new(
            "Claim, no claim", ErrorReason.ArgumentInvalid, "claim", user => user.Mesh.ClaimAsync(new()));
        yield return new(
            "Claim, name too long", ErrorReason.KeyInvalid, "claim.name",
            user => user.Mesh.ClaimAsync(new() { Claim = new() { Name = LongKey } }));
        foreach (var seconds in (double[])[0.5, 0, 86_401])
        {
            yield return new(
                $"Claim, lease {seconds}", ErrorReason.ArgumentInvalid, "claim.lease",
                user => user.Mesh.ClaimAsync(
                    new() { Claim = new() { Name = "task", Lease = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) } }));
        }

        yield return new(
            "Claim, too many topics", ErrorReason.RequestTooLarge, "claim.topics",
            user => user.Mesh.ClaimAsync(
                new() { Claim = new() { Name = "task", Topics = { Enumerable.Range(0, 21).Select(number => $"{number}") } } }));
        yield return new(
            "RenewClaim, no token", ErrorReason.ArgumentInvalid, "token", user => user.Mesh.RenewClaimAsync(new()));
        yield return new(
            "ReleaseClaim, an agent without a position", ErrorReason.ArgumentInvalid, "token.position",
            user => user.Tools.ReleaseClaimAsync(new() { AsAgent = "a", Token = new() { Name = "task" } }));
        yield return new(
            "Push, guard without a position", ErrorReason.ArgumentInvalid, "if_claim.position",
            user => user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1" }, IfClaim = new() { Name = "task" } }));
        yield return new(
            "HandOverClaim, no agent's name", ErrorReason.AgentInvalid, "to_agent",
            user => user.Mesh.HandOverClaimAsync(new() { Token = Token(), ToAgent = "" }));
        yield return new(
            "LeaveClaim, ticket no UUID", ErrorReason.ArgumentInvalid, "ticket",
            user => user.Mesh.LeaveClaimAsync(new() { Name = "task", Ticket = "1" }));
        yield return new(
            "Commit, claim twice", ErrorReason.KeyInvalid, "operations[1].release.token.name",
            user => user.Mesh.CommitAsync(new()
            {
                Operations =
                {
                    new Operation { Claim = new() { Name = "task" } }, new Operation { Release = new() { Token = Token() } },
                },
            }));
    }

    private static IEnumerable<RefusedCall> OfCommits()
    {
        yield return new("Patch, no patch", ErrorReason.ArgumentInvalid, "patch", user => user.Mesh.PatchAsync(new()));
        yield return new(
            "Patch, key too long", ErrorReason.KeyInvalid, "patch.key",
            user => user.Mesh.PatchAsync(new() { Patch = new() { Key = LongKey, MergeJson = "1" } }));
        yield return new(
            "Patch, negative if_revision", ErrorReason.ArgumentInvalid, "patch.if_revision",
            user => user.Mesh.PatchAsync(new() { Patch = new() { Key = "k", IfRevision = -1, MergeJson = "1" } }));
        foreach (var (field, reason, patch) in (IEnumerable<(string, ErrorReason, ItemPatch)>)[
            ("change", ErrorReason.PatchInvalid, new()),
            ("operations_json", ErrorReason.JsonInvalid, new() { OperationsJson = "[" }),
            ("operations_json", ErrorReason.PatchInvalid, new() { OperationsJson = "{}" }),
            ("merge_json", ErrorReason.JsonInvalid, new() { MergeJson = "{\"a\":1,\"a\":2}" }),
            ("increment", ErrorReason.PatchInvalid, new() { Increment = new() }),
            ("increment", ErrorReason.PatchInvalid, new() { Increment = new() { Number = double.NaN } }),
            ("increment", ErrorReason.PatchInvalid, new() { Increment = new() { Pointer = "a", Integer = 1 } }),
            ("append", ErrorReason.PatchInvalid, new() { Append = new() { ValuesJson = "1" } }),
            ("append", ErrorReason.PatchInvalid, new() { Append = new() { ValuesJson = "[1]", MaxLength = -1 } }),
            ("prepend", ErrorReason.JsonInvalid, new() { Prepend = new() }),
            ("add", ErrorReason.JsonInvalid, new() { Add = new() { ValuesJson = "[1,]" } }),
            ("subtract", ErrorReason.PatchInvalid, new() { Subtract = new() { Pointer = "/~", ValuesJson = "[1]" } }),
        ])
        {
            yield return new($"Patch, {patch}", reason, $"patch.{field}", user => user.Mesh.PatchAsync(new() { Patch = patch }));
            yield return new(
                $"PatchContext, {patch}", reason, $"patch.{field}",
                user => user.Tools.PatchContextAsync(new() { AsAgent = "a", Patch = patch }));
            yield return new(
                $"Commit, {patch}", reason, $"operations[1].patch.{field}",
                user => user.Mesh.CommitAsync(Commit(new() { Patch = patch })));
        }

        yield return new("Commit, no operations", ErrorReason.RequestTooLarge, "operations", user => user.Mesh.CommitAsync(new()));
        yield return new(
            "Commit, 10,001 operations", ErrorReason.RequestTooLarge, "operations",
            user => user.Mesh.CommitAsync(new()
            {
                Operations = { Enumerable.Range(0, 10_001).Select(n => new Operation { Remove = new() { Key = $"{n}" } }) },
            }));
        yield return new(
            "Commit, an operation that is none", ErrorReason.ArgumentInvalid, "operations[1]",
            user => user.Mesh.CommitAsync(Commit(new())));
        yield return new(
            "Commit, a guard that is none", ErrorReason.ArgumentInvalid, "guards[0]",
            user => user.Mesh.CommitAsync(Commit(new() { Remove = new() { Key = "k1" } }, new Guard())));
        yield return new(
            "Commit, a negative guard", ErrorReason.ArgumentInvalid, "guards[0].if_revision.revision",
            user => user.Mesh.CommitAsync(
                Commit(new() { Remove = new() { Key = "k1" } }, new Guard { IfRevision = new() { Key = "k", Revision = -1 } })));
        yield return new(
            "Commit, key twice", ErrorReason.KeyInvalid, "operations[1].remove.key",
            user => user.Mesh.CommitAsync(Commit(new() { Remove = new() { Key = "k0" } })));
        yield return new(
            "Commit, agent twice", ErrorReason.AgentInvalid, "operations[1].topics.agent",
            user => user.Mesh.CommitAsync(new()
            {
                Operations =
                {
                    new Operation { Topics = new() { Agent = "a" } }, new Operation { Topics = new() { Agent = "a", Topics = { "t" } } },
                },
            }));
        yield return new(
            "Commit, topic empty", ErrorReason.TopicInvalid, "operations[1].topics.topics",
            user => user.Mesh.CommitAsync(Commit(new() { Topics = new() { Agent = "a", Topics = { "" } } })));
        yield return new(
            "Commit, topics as an agent", ErrorReason.OwnerRequired, null,
            user => user.Tools.CommitContextAsync(
                new() { AsAgent = "a", Operations = { new Operation { Topics = new() { Agent = "a" } } } }));
    }

    private static CommitRequest Commit(Operation operation, params Guard[] guards) => new()
    {
        Operations = { new Operation { Push = new() { Key = "k0", ValueJson = "1" } }, operation },
        Guards = { guards },
    };

    private static PushManyRequest Many(string json, string key) => new()
    {
        Items = { new ItemWrite { Key = "k0", ValueJson = "1" }, new ItemWrite { Key = key, ValueJson = json } },
    };

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(n => $"n{n}")];

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
