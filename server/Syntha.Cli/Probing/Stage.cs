using System.Collections.Frozen;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Syntha.V1;

namespace Syntha.Cli.Probing;

/// <summary>
/// Two throw-away users on a live server, and what attacks need of further ones. It keeps account of all that it has made there, and takes it
/// away again.
/// </summary>
/// <param name="channel">The way to the server, without a credential.</param>
/// <param name="operatorKey">The operator's key; null: the server is expected to need no credentials.</param>
/// <param name="cancellationToken">Ends the attacks, but not the cleaning up.</param>
internal sealed class Stage(ChannelBase channel, string? operatorKey, CancellationToken cancellationToken)
{
    private readonly HashSet<string> users = [];
    private readonly List<string> keyIds = [];
    private Subject? alice;
    private Subject? bob;

    public bool HasCredentials => operatorKey is not null;

    public Canaries Canaries { get; } = new();

    /// <summary>The one who is attacked.</summary>
    public Subject Alice => alice ?? throw new InvalidOperationException("The users were not made.");

    /// <summary>The one who attacks.</summary>
    public Subject Bob => bob ?? throw new InvalidOperationException("The users were not made.");

    /// <summary>The operator, who is to be told numbers and ids and nothing of what users keep.</summary>
    public Administration.AdministrationClient Operator => OperatorSeeing();

    public async Task MakeUsersAsync() => (alice, bob) = (await NewUserAsync(NewId(), "alice"), await NewUserAsync(NewId(), "bob"));

    /// <summary>An id that fits every preset, and that nobody has.</summary>
    public static string NewId() => $"verify{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    public async Task<Subject> NewUserAsync(string id, string name)
    {
        users.Add(id);
        var secret = HasCredentials ? (await NewKeyAsync(new() { Scope = KeyScope.User, UserId = id })).Secret : null;
        var canary = Canaries.Plant($"the store of {name}");
        return new(CallsAs(new(name, [id], secret), canary), id, secret, canary);
    }

    /// <summary>The same user as somebody who is allowed to see these canaries besides.</summary>
    public Subject Seeing(Subject user, string name, params string[] canaries) =>
        new(CallsAs(new(name, [user.Id], user.Secret), [user.Canary, .. canaries]), user.Id, user.Secret, user.Canary);

    /// <summary>Bob, with other headers than his own.</summary>
    public Subject BobAs(string[] userIds, string? secret) =>
        new(CallsAs(new("bob", userIds, secret), Bob.Canary), Bob.Id, secret, Bob.Canary);

    /// <summary>The operator, as somebody who names a user.</summary>
    public Watch.Caller OperatorAs(params string[] userIds) => new("the operator", userIds, operatorKey);

    public Administration.AdministrationClient OperatorSeeing(params string[] canaries) => new(CallsAs(OperatorAs(), canaries));

    public async Task<CreateApiKeyResponse> NewKeyAsync(CreateApiKeyRequest request)
    {
        request.Label = "syntha verify";
        var made = await Operator.CreateApiKeyAsync(request);
        keyIds.Add(made.Key.Id);
        return made;
    }

    /// <summary>Takes away all that was made; goes on when one thing cannot be.</summary>
    /// <returns>What is left behind, and why.</returns>
    public async Task<IReadOnlyList<string>> CleanUpAsync()
    {
        var left = new List<string>();
        var admin = new Administration.AdministrationClient(
            channel.Intercept(new Watch(OperatorAs(), Canaries, FrozenSet<string>.Empty, CancellationToken.None)));
        foreach (var id in keyIds)
        {
            await TryAsync($"the API key {id}", async () => await admin.RevokeApiKeyAsync(new() { Id = id }));
        }

        foreach (var id in users)
        {
            await TryAsync($"the user {id}", async () => await admin.DeleteUserAsync(new() { UserId = id }));
        }

        return left;

        async Task TryAsync(string what, Func<Task> remove)
        {
            try
            {
                await remove();
            }
            // An id that the server has no room for was never a user's.
            catch (RpcException failure) when (Demand.ReasonOf(failure) != "USER_ID_MALFORMED")
            {
                left.Add($"{what} ({failure.Status.Detail})");
            }
            catch (RpcException)
            {
            }
        }
    }

    public CallInvoker CallsAs(Watch.Caller who, params string[] canaries) =>
        channel.Intercept(new Watch(who, Canaries, canaries.ToFrozenSet(), cancellationToken));
}
