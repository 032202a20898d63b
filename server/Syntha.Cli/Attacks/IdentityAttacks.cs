using System.Text;
using Grpc.Core;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>Bob claims to be another user, or no user at all.</summary>
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

    private static async Task NoUserIdAsync(Probe probe)
    {
        await ControlAsync(probe);
        var unnamed = probe.BobAs([], probe.Bob.Secret);
        await Require.RefusedAsync("a read without a user id", unnamed.Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserIdMissing);
        await Require.RefusedAsync("a push without a user id", unnamed.Mesh.PushAsync(ProbeUser.Push(Key, "1")), ErrorReason.UserIdMissing);
        await Require.RefusedAsync(
            "an agent's call without a user id", unnamed.Tools.ListTopicsAsync(new() { AsAgent = "agent" }), ErrorReason.UserIdMissing);
    }

    private static async Task TwoUserIdsAsync(Probe probe)
    {
        await ControlAsync(probe);
        var (alice, bob) = (probe.Alice.Id, probe.Bob.Id);
        foreach (var ids in (string[][])[[bob, alice], [alice, bob]])
        {
            var both = probe.BobAs(ids, probe.Bob.Secret);
            await Require.RefusedAsync(
                "a read with two user ids", both.Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserIdMissing,
                ErrorReason.UserIdMalformed);
            await Require.RefusedAsync(
                "a push with two user ids", both.Mesh.PushAsync(ProbeUser.Push(Key, "1")), ErrorReason.UserIdMissing,
                ErrorReason.UserIdMalformed);
        }
    }

    private static async Task UserIdOfAPathAsync(Probe probe)
    {
        await ControlAsync(probe);
        var alice = probe.Alice.Id;
        string[] ids =
        [
            $"../{alice}", $"./{alice}", $"{alice}/", $"{alice}/.", $"{alice}\\", $"{alice}%00", $"%2e%2e%2f{alice}", $"{alice};", "..",
            "*", "%",
        ];
        foreach (var id in ids)
        {
            await Require.RefusedAsync(
                $"the user id {id}", probe.BobAs([id], probe.Bob.Secret).Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserIdMalformed,
                ErrorReason.UserMismatch);
        }
    }

    private static async Task NamedElsewhereAsync(Probe probe)
    {
        await probe.Alice.PushAsync("identity-elsewhere");
        await probe.Alice.RequireOwnAsync("identity-elsewhere");
        var alice = probe.Alice.Id;
        var metadata = new Metadata
        {
            { "x-user-id", alice }, { "user_id", alice }, { "x-forwarded-user", alice }, { "user-id-bin", Encoding.ASCII.GetBytes(alice) },
        };
        var answer = await probe.Bob.Mesh.GetAsync(new() { Key = "identity-elsewhere" }, metadata);
        Require.NoLeak(answer.Item is not null, "metadata other than user-id chose the user");
    }

    private static async Task NoCredentialAsync(Probe probe)
    {
        await ControlAsync(probe);
        var without = probe.BobAs([probe.Alice.Id], secret: null);
        await Require.RefusedAsync(
            "a call of the owner without a credential", without.Mesh.GetAsync(new() { Key = Key }), ErrorReason.CredentialsInvalid);
        await Require.RefusedAsync(
            "a call of an agent without a credential", without.Tools.GetContextAsync(new() { AsAgent = "agent", Key = Key }),
            ErrorReason.CredentialsInvalid);
        await Require.RefusedAsync("a stream without a credential", without.Mesh.Subscribe(new()), ErrorReason.CredentialsInvalid);
        var stranger = new V1.Administration.AdministrationClient(probe.CallsAs(new("a stranger", [], Secret: null)));
        await Require.RefusedAsync(
            "a call of Administration without a credential", stranger.ListUsersAsync(new() { PageSize = 1 }),
            ErrorReason.CredentialsInvalid);
    }

    private static async Task MadeUpCredentialAsync(Probe probe)
    {
        await ControlAsync(probe);
        var alice = probe.Alice.Secret!;
        var unsigned = $"{Base64("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{Base64($"{{\"sub\":\"{probe.Alice.Id}\",\"exp\":9999999999}}")}.";
        (string, string)[] credentials =
        [
            ("with another secret", alice[..^1] + (alice[^1] == 'A' ? 'B' : 'A')),
            ("without its secret", alice[..alice.LastIndexOf('_')]),
            ("unsigned", unsigned),
        ];
        foreach (var (what, secret) in credentials)
        {
            await Require.RefusedAsync(
                $"a credential {what}", probe.BobAs([probe.Alice.Id], secret).Mesh.GetAsync(new() { Key = Key }),
                ErrorReason.CredentialsInvalid);
        }
    }

    private static async Task CredentialOfAnotherAsync(Probe probe)
    {
        await ControlAsync(probe);
        var bobAsAlice = probe.BobAs([probe.Alice.Id], probe.Bob.Secret);
        await Require.RefusedAsync(
            "a read of alice's with bob's credential", bobAsAlice.Mesh.GetAsync(new() { Key = Key }), ErrorReason.UserMismatch);
        await Require.RefusedAsync(
            "a push to alice's with bob's credential", bobAsAlice.Mesh.PushAsync(ProbeUser.Push(Key, "1")), ErrorReason.UserMismatch);
        await Require.RefusedAsync(
            "an agent's call to alice's with bob's credential", bobAsAlice.Tools.GetContextAsync(new() { AsAgent = "agent", Key = Key }),
            ErrorReason.UserMismatch);
        await Require.RefusedAsync("a stream of alice's with bob's credential", bobAsAlice.Mesh.Subscribe(new()), ErrorReason.UserMismatch);
        await probe.Alice.RequireOwnAsync(Key);
    }

    private static async Task ControlAsync(Probe probe)
    {
        foreach (var user in (ProbeUser[])[probe.Alice, probe.Bob])
        {
            await user.PushAsync(Key);
            await user.RequireOwnAsync(Key);
        }
    }

    private static string Base64(string text) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
