using System.Text;
using Grpc.Core;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>Bob says that he is somebody else, or nobody.</summary>
internal static class IdentityAttacks
{
    private const string Key = "identity";

    public static IEnumerable<Attack> All =>
    [
        new("no user id", "the same call with one is served", NoUserIdAsync),
        new("two user ids", "each alone is served", TwoUserIdsAsync),
        new("a user id that means a path", "the plain id is served", UserIdOfAPathAsync),
        new("another user named in other metadata", "the user named reads it", NamedElsewhereAsync),
        new("no credential", "with one the call is served", NoCredentialAsync, NeedsCredentials: true),
        new("a credential that nobody was given", "the one given is served", MadeUpCredentialAsync, NeedsCredentials: true),
        new("the credential of another user", "each opens its own user", CredentialOfAnotherAsync, NeedsCredentials: true),
    ];

    private static async Task NoUserIdAsync(Stage stage)
    {
        await ControlAsync(stage);
        var nobody = stage.BobAs([], stage.Bob.Secret);
        await Demand.RefusedAsync("a read without a user id", nobody.Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserIdMissing);
        await Demand.RefusedAsync("a push without a user id", nobody.Mesh.PushAsync(Subject.Push(Key, "1")), ErrorReason.UserIdMissing);
        await Demand.RefusedAsync("an agent's call without a user id", nobody.Tools.ListTopicsAsync(new() { AgentName = "agent" }), ErrorReason.UserIdMissing);
    }

    private static async Task TwoUserIdsAsync(Stage stage)
    {
        await ControlAsync(stage);
        var (alice, bob) = (stage.Alice.Id, stage.Bob.Id);
        foreach (var ids in (string[][])[[bob, alice], [alice, bob]])
        {
            var both = stage.BobAs(ids, stage.Bob.Secret);
            await Demand.RefusedAsync("a read with two user ids", both.Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserIdMissing, ErrorReason.UserIdMalformed);
            await Demand.RefusedAsync(
                "a push with two user ids", both.Mesh.PushAsync(Subject.Push(Key, "1")), ErrorReason.UserIdMissing, ErrorReason.UserIdMalformed);
        }
    }

    private static async Task UserIdOfAPathAsync(Stage stage)
    {
        await ControlAsync(stage);
        var alice = stage.Alice.Id;
        foreach (var id in (string[])[$"../{alice}", $"./{alice}", $"{alice}/", $"{alice}/.", $"{alice}\\", $"{alice}%00", $"%2e%2e%2f{alice}", $"{alice};", "..", "*", "%"])
        {
            await Demand.RefusedAsync(
                $"the user id {id}", stage.BobAs([id], stage.Bob.Secret).Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserIdMalformed, ErrorReason.UserMismatch);
        }
    }

    private static async Task NamedElsewhereAsync(Stage stage)
    {
        await stage.Alice.PushAsync("identity-elsewhere");
        await stage.Alice.DemandOwnAsync("identity-elsewhere");
        var alice = stage.Alice.Id;
        var metadata = new Metadata
        {
            { "x-user-id", alice }, { "user_id", alice }, { "x-forwarded-user", alice }, { "user-id-bin", Encoding.ASCII.GetBytes(alice) },
        };
        var answer = await stage.Bob.Mesh.GetAsync(new() { Key = "identity-elsewhere" }, metadata);
        Demand.NotSo(answer.Item is not null, "metadata other than user-id chose the user");
    }

    private static async Task NoCredentialAsync(Stage stage)
    {
        await ControlAsync(stage);
        var without = stage.BobAs([stage.Alice.Id], secret: null);
        await Demand.RefusedAsync("a call of the owner without a credential", without.Mesh.GetAsync(new() { Key = Key }), ErrorReason.CredentialsInvalid);
        await Demand.RefusedAsync(
            "a call of an agent without a credential", without.Tools.GetContextAsync(new() { AgentName = "agent", Key = Key }), ErrorReason.CredentialsInvalid);
        await Demand.RefusedAsync("a stream without a credential", without.Mesh.Subscribe(new()), ErrorReason.CredentialsInvalid);
        var stranger = new V1.Administration.AdministrationClient(stage.CallsAs(new("a stranger", [], Secret: null)));
        await Demand.RefusedAsync("a call of Administration without a credential", stranger.ListUsersAsync(new() { PageSize = 1 }), ErrorReason.CredentialsInvalid);
    }

    private static async Task MadeUpCredentialAsync(Stage stage)
    {
        await ControlAsync(stage);
        var alice = stage.Alice.Secret!;
        var unsigned = $"{Base64("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{Base64($"{{\"sub\":\"{stage.Alice.Id}\",\"exp\":9999999999}}")}.";
        foreach (var (what, secret) in ((string, string)[])
            [("with another secret", alice[..^1] + (alice[^1] == 'A' ? 'B' : 'A')), ("without its secret", alice[..alice.LastIndexOf('_')]), ("unsigned", unsigned)])
        {
            await Demand.RefusedAsync(
                $"a credential {what}", stage.BobAs([stage.Alice.Id], secret).Mesh.GetAsync(new() { Key = Key }), ErrorReason.CredentialsInvalid);
        }
    }

    private static async Task CredentialOfAnotherAsync(Stage stage)
    {
        await ControlAsync(stage);
        var bobAsAlice = stage.BobAs([stage.Alice.Id], stage.Bob.Secret);
        await Demand.RefusedAsync("a read of alice's with bob's credential", bobAsAlice.Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserMismatch);
        await Demand.RefusedAsync("a push to alice's with bob's credential", bobAsAlice.Mesh.PushAsync(Subject.Push(Key, "1")), ErrorReason.UserMismatch);
        await Demand.RefusedAsync(
            "an agent's call to alice's with bob's credential", bobAsAlice.Tools.GetContextAsync(new() { AgentName = "agent", Key = Key }), ErrorReason.UserMismatch);
        await Demand.RefusedAsync("a stream of alice's with bob's credential", bobAsAlice.Mesh.Subscribe(new()), ErrorReason.UserMismatch);
        await stage.Alice.DemandOwnAsync(Key);
    }

    private static async Task ControlAsync(Stage stage)
    {
        foreach (var user in (Subject[])[stage.Alice, stage.Bob])
        {
            await user.PushAsync(Key);
            await user.DemandOwnAsync(Key);
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
