namespace Syntha.Server.Tests.Verifying;

/// <summary>Runs <c>syntha verify</c> against servers that leak. It must find each leak and name the attack that shows it.</summary>
[Collection("Verifying")]
public sealed class LeakTests(SharedServer open, SecuredServer secured)
{
    private string? first;
    private string? bob;

    // A run takes a second, so each run has several leaks that do not disturb each other.
    public static TheoryData<(string Fault, string Attack)[]> Faults { get; } = new()
    {
        new[] { ("both users are one", "the same keys"), ("both users are one", "lists, prefixes, globs, topics, pages") },
        new[]
        {
            ("user ids by lower case", "user ids that are nearly the same"),
            ("the first of two user ids", "two user ids"),
            ("a user id by its last segment", "a user id that means a path"),
            ("a user from another header", "another user named in other metadata"),
        },
        new[]
        {
            ("streams of the first user", "events of another user"),
            ("roles are not stored", "tools beyond an agent's role, by call and by method"),
        },
        new[]
        {
            ("agents read as the owner", "reads by an agent outside the audience"),
            ("agents count as the owner", "statistics for an agent outside the audience"),
            ("agents stream as the owner", "events for other agents"),
            ("agents write as the owner", "push, removal, time to live by an agent outside the audience"),
            ("posts of agents as the owner's", "posts beyond an agent's permissions, in every way of posting"),
        },
        new[]
        {
            ("removals of the first user", "removals of all kinds"),
            ("a deletion that does nothing", "a deleted user, created again"),
            ("quotas of all for one", "one user's quota counts against another"),
            ("exports of any user", "an export, and its import as another user"),
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    [Trait("Runs", "Once")]
    public async Task Verify_ServerWithFaults_NamesTheLeaks((string Fault, string Attack)[] faults)
    {
        await using var leaky = await LeakyServer.StartAsync(open.Grpc, async call =>
        {
            foreach (var (fault, _) in faults.DistinctBy(each => each.Fault))
            {
                await ApplyAsync(fault, call);
            }
        });

        var (code, output) = await Operator.VerifyAsync(leaky.Address, key: null);

        Assert.Equal(1, code);
        Assert.All(faults, each => AssertNamed(each.Attack, output));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Verify_ServerThatTrustsWhoeverComes_NamesTheLeaks()
    {
        // The leaky server asks its callers for no credential, and adds each user's first key.
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var leaky = await LeakyServer.StartAsync(secured.Grpc, async call =>
        {
            if (call.User is not { } user || !user.All(char.IsLetterOrDigit))
            {
                return;
            }

            if (!keys.TryGetValue(user, out var secret))
            {
                keys[user] = secret = (await secured.NewKeyAsync(user)).Secret;
            }

            call.Headers["authorization"] = $"Bearer {secret}";
        });

        var (code, output) = await Operator.VerifyAsync(leaky.Address, OperatorKey.Secret);

        Assert.Equal(1, code);
        string[] attacks =
        [
            "no credential", "a credential that nobody was given", "the credential of another user",
            "an operator's credential on a user's data",
            "an agent's credential as another agent, or as the owner", "an agent's credential beyond its role",
            "a revoked credential: calls and streams",
        ];
        Assert.All(attacks, attack => AssertNamed(attack, output));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Verify_ServerThatRefusesEverything_ChecksNothingAndSaysSo()
    {
        await using var leaky = await LeakyServer.StartAsync(open.Grpc, call =>
        {
            call.Refusal = StatusCode.PermissionDenied;
            return Task.CompletedTask;
        });

        var (code, output) = await Operator.VerifyAsync(leaky.Address, key: null);

        Assert.Equal(1, code);
        Assert.DoesNotContain("  held", output, StringComparison.Ordinal);
        Assert.Contains("not checked, blocked because broken", output, StringComparison.Ordinal);
    }

    private static void AssertNamed(string attack, string output)
    {
        var line = output.Split('\n').Single(line => line.StartsWith($"{attack}  ", StringComparison.Ordinal));
        Assert.Contains("  LEAKED: ", line, StringComparison.Ordinal);
    }

    private async Task ApplyAsync(string fault, LeakyCall call)
    {
        // Alice is the first caller, and bob is each later one.
        first ??= call.User;
        switch (fault)
        {
            case "both users are one" when call.User is not null:
                call.User = first!;
                break;
            case "user ids by lower case" when call.User is { } user:
                call.User = user.ToLowerInvariant();
                break;
            case "the first of two user ids" when call.User is { } users:
                call.User = users.Split(',')[0];
                break;
            case "a user id by its last segment" when call.User is { } path:
                call.User = path.Split('/')[^1];
                break;
            case "a user from another header" when call.Headers.TryGetValue("x-user-id", out var named):
                call.User = named;
                break;
            case "streams of the first user" when call.Is("Subscribe"):
            case "removals of the first user" when call.Is("Remove") || call.Is("Clear"):
                call.User = first!;
                break;
            case "agents read as the owner" when call.Is("Get"):
                call.Change<GetRequest>(request => request.ClearAsAgent());
                break;
            case "agents count as the owner" when call.Is("GetStats"):
                call.Change<GetStatsRequest>(request => request.ClearAsAgent());
                break;
            case "agents stream as the owner" when call.Is("Subscribe"):
                call.Change<SubscribeRequest>(request => request.ClearAsAgent());
                break;
            case "agents write as the owner" when call.Is("Remove"):
                call.Change<RemoveRequest>(request => request.ClearAsAgent());
                break;
            case "posts of agents as the owner's" when call.Is("PushMany"):
                call.Change<PushManyRequest>(request => request.ClearAsAgent());
                break;
            case "roles are not stored" when call.Is("SetAccess"):
                call.Change<SetAccessRequest>(request => request.Access = new());
                break;
            case "a deletion that does nothing" when call.Is("DeleteUser"):
                // The answer for another user with a store, so that the call seems done.
                var other = open.NewUser();
                await other.PushAsync("k");
                call.Change<DeleteUserRequest>(request => request.UserId = other.Id);
                break;
            case "quotas of all for one" when call.Is("UpdateQuota"):
                call.Change<UpdateQuotaRequest>(request => request.UserId = first!);
                break;
            case "exports of any user" when call.Is("ExportUser"):
                call.Change<ExportUserRequest>(request => request.UserId = bob!);
                break;
        }
        if (call.User is not null && call.User != first)
        {
            bob ??= call.User;
        }
    }
}
