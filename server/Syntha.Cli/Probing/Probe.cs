using System.Collections.Frozen;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Syntha.V1;

namespace Syntha.Cli.Probing;

/// <summary>
/// Two throwaway users on a live server, and the further users and keys that attacks need. It records all that it makes there, and
/// removes it at the end.
/// </summary>
/// <param name="channel">The connection to the server, without a credential.</param>
/// <param name="operatorKey">The operator's key. Null: the server needs no credentials.</param>
/// <param name="cancellationToken">Stops the attacks, but not the cleaning up.</param>
internal sealed class Probe(ChannelBase channel, string? operatorKey, CancellationToken cancellationToken)
{
    private readonly HashSet<string> users = [];
    private readonly List<string> keyIds = [];
    private ProbeUser? alice;
    private ProbeUser? bob;

    public bool HasCredentials => operatorKey is not null;

    public Canaries Canaries { get; } = new();

    /// <summary>The user that is attacked.</summary>
    public ProbeUser Alice => alice ?? throw new InvalidOperationException("The users were not made.");

    /// <summary>The user that attacks.</summary>
    public ProbeUser Bob => bob ?? throw new InvalidOperationException("The users were not made.");

    /// <summary>The operator, whose answers may hold numbers and ids, but no data of users.</summary>
    public Administration.AdministrationClient Operator => OperatorSeeing();

    public async Task MakeUsersAsync() => (alice, bob) = (await NewUserAsync(NewId(), "alice"), await NewUserAsync(NewId(), "bob"));

    /// <summary>A new id. It is legal in every preset of user ids.</summary>
    public static string NewId() => $"verify{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    public async Task<ProbeUser> NewUserAsync(string id, string name)
    {
        users.Add(id);
        var secret = HasCredentials ? (await NewKeyAsync(new() { Scope = KeyScope.User, UserId = id })).Secret : null;
        var canary = Canaries.Plant($"the store of {name}");
        return new(CallsAs(new(name, [id], secret), canary), id, secret, canary);
    }

    /// <summary>The same user as a caller that may see these canaries as well.</summary>
    public ProbeUser Seeing(ProbeUser user, string name, params string[] canaries) =>
        new(CallsAs(new(name, [user.Id], user.Secret), [user.Canary, .. canaries]), user.Id, user.Secret, user.Canary);

    /// <summary>Bob with other headers.</summary>
    public ProbeUser BobAs(string[] userIds, string? secret) =>
        new(CallsAs(new("bob", userIds, secret), Bob.Canary), Bob.Id, secret, Bob.Canary);

    /// <summary>The operator with users named in the headers.</summary>
    public ProbeCaller OperatorAs(params string[] userIds) => new("the operator", userIds, operatorKey);

    public Administration.AdministrationClient OperatorSeeing(params string[] canaries) => new(CallsAs(OperatorAs(), canaries));

    public async Task<CreateApiKeyResponse> NewKeyAsync(CreateApiKeyRequest request)
    {
        request.Label = "syntha verify";
        var made = await Operator.CreateApiKeyAsync(request);
        keyIds.Add(made.Key.Id);
        return made;
    }

    /// <summary>Removes all that was made. It goes on when one removal fails.</summary>
    /// <returns>What could not be removed, with the reason.</returns>
    public async Task<IReadOnlyList<string>> CleanUpAsync()
    {
        var left = new List<string>();
        var admin = new Administration.AdministrationClient(
            channel.Intercept(new CanaryInterceptor(OperatorAs(), Canaries, FrozenSet<string>.Empty, CancellationToken.None)));
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
            // The server refused this id, so the user was never made.
            catch (RpcException failure) when (Require.ReasonOf(failure) != "USER_ID_MALFORMED")
            {
                left.Add($"{what} ({failure.Status.Detail})");
            }
            catch (RpcException)
            {
            }
        }
    }

    public CallInvoker CallsAs(ProbeCaller who, params string[] canaries) =>
        channel.Intercept(new CanaryInterceptor(who, Canaries, canaries.ToFrozenSet(), cancellationToken));
}
