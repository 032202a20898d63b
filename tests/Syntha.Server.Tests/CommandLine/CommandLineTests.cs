using System.Security.Cryptography;
using System.Text;
using Syntha.Cli.Commands;
using Syntha.Server.Tests.Encryption;

namespace Syntha.Server.Tests.CommandLine;

/// <summary>The operator's commands, against a running server.</summary>
public sealed class CommandLineTests(SecuredServer server)
{
    private readonly string user = $"alice{Guid.NewGuid():N}";

    [Fact]
    public async Task Keys_MadeListedAndRevoked_OpenAndNoLonger()
    {
        var (made, secret, _) = await RunAsync("keys", "create", "--user", user, "--label", "for the app");
        var alice = server.As(user, secret.Trim());
        await alice.PushAsync("k");

        var (_, listed, _) = await RunAsync("keys", "list", "--user", user);
        var id = secret.Split('_')[1];
        var (revoked, told, _) = await RunAsync("keys", "revoke", id);

        Assert.Equal((0, 0, "Revoked.\n"), (made, revoked, told));
        Assert.Contains($"{id}  User", listed, StringComparison.Ordinal);
        Assert.Contains("for the app", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Trim().Split('_', 3)[2], listed, StringComparison.Ordinal);
        // The connection is still open, but its caller is not authenticated any more.
        var (_, sessions, _) = await RunAsync("sessions", "--user", user);
        Assert.DoesNotContain(id, sessions, StringComparison.Ordinal);
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, alice.Mesh.GetAsync(new() { Key = "k" }));
    }

    [Fact]
    public async Task Users_ListedAndCounted_ShowNumbersAndNoValue()
    {
        var alice = await server.WithKeyAsync(user);
        await alice.PushAsync("canary-key", "\"canary-value\"");

        var (listCode, list, _) = await RunAsync("users", "list");
        var (statsCode, stats, _) = await RunAsync("users", "stats", user);
        var (sessionsCode, sessions, _) = await RunAsync("sessions", "--user", user);

        Assert.Equal((0, 0, 0), (listCode, statsCode, sessionsCode));
        Assert.Contains($"\n{user} ", list, StringComparison.Ordinal);
        Assert.Matches(@"\nitems +1 +10000\n", stats);
        Assert.Contains("127.0.0.1:", sessions, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", list + stats + sessions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotas_Set_Hold()
    {
        var alice = await server.WithKeyAsync(user);

        var (code, told, _) = await RunAsync("quotas", "set", user, "--items", "0");

        Assert.Equal(0, code);
        Assert.Contains("\"maxItems\": \"0\"", told, StringComparison.Ordinal);
        await Refusal.OfAsync(ErrorReason.QuotaItems, alice.Mesh.PushAsync(TestUser.Push("k")));
    }

    [Fact]
    public async Task Quotas_SetOne_LeavesTheOthersAsTheyWere()
    {
        await RunAsync("quotas", "set", user, "--items", "7", "--topics", "8");

        await RunAsync("quotas", "set", user, "--streams", "9");
        var (code, _, _) = await RunAsync("quotas", "set", user, "--topics", "default");

        Assert.Equal(0, code);
        var quota = (await server.Operator(OperatorKey.Secret).GetQuotaAsync(new() { UserId = user })).Quota;
        Assert.Equal(new Quota { MaxItems = 7, MaxStreams = 9 }, quota);
    }

    [Fact]
    public async Task Command_Refused_TellsTheReasonAndExitsWith1()
    {
        var (code, _, errors) = await RunAsync("keys", "create", "--user", "../bob");

        Assert.Equal(1, code);
        Assert.StartsWith("USER_ID_MALFORMED: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_BeforeTheCommand_AreTaken()
    {
        using var output = new StringWriter();
        using var folder = new ScratchFolder();
        var keyFile = Path.Combine(folder.Path, "key");
        await File.WriteAllTextAsync(keyFile, OperatorKey.Secret, TestContext.Current.CancellationToken);

        // The address needs no scheme.
        string[] words = ["--key-file", keyFile, "--server", server.Grpc.Authority, "keys", "list"];
        var code = await SynthaCommands.RunAsync(words, output, output);

        Assert.True(code == 0, output.ToString());
        Assert.StartsWith("ID ", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("keys", "create")]
    [InlineData("keys", "create", "--operator", "--user", "alice")]
    [InlineData("users", "delete", "alice")]
    public async Task Command_NotUnderstood_ExitsWith2AndDoesNothing(params string[] words)
    {
        var (code, _, errors) = await RunAsync(words);

        Assert.Equal(2, code);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task Command_WithoutAServer_ExitsWith5()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        Assert.Equal(5, await SynthaCommands.RunAsync(["users", "list", "--server", "http://127.0.0.1:1"], output, errors));
        Assert.Contains("no server at http://127.0.0.1:1", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Program_Generated_PrintsAKeyAndItsHashAndServesNobody()
    {
        var (code, output) = await ServerProcess.RunToEndAsync("keys", "generate");

        var lines = output.Split('\n').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(0, code);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines["SYNTHA_OPERATOR_KEY"]))),
            lines["SYNTHA_Authentication__OperatorKeySha256"]);
    }

    [Fact]
    public async Task Program_FromExportToRenewEpochs_DoesWhatItsCommandsSay()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var own = await store.StartAsync(OperatorKey.Setting);
        using var folder = new ScratchFolder();
        var (keyFile, file) = (Path.Combine(folder.Path, "key"), Path.Combine(folder.Path, "alice.syntha"));
        await File.WriteAllTextAsync(keyFile, OperatorKey.Secret, TestContext.Current.CancellationToken);
        await (await own.WithKeyAsync("alice")).PushAsync("k", "\"exported\"", topics: ["travel"], agent: "Planner");
        await (await own.WithKeyAsync("bob")).PushAsync("k", "\"of bob\"");

        Assert.Contains($"bytes written to {file}.", await DoneAsync("users", "export", "alice", file), StringComparison.Ordinal);
        var exported = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("exported", exported, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        // The command overwrites no file, and a failed export leaves no partial file.
        await RefusedAsync(file, "users", "export", "bob", file);
        Assert.Equal(exported, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await RefusedAsync("USER_NOT_FOUND: ", "users", "export", "nobody", $"{file}.of-nobody");
        Assert.Equal([file, keyFile], Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));

        Assert.Equal("Erased; 1 keys revoked.", await DoneAsync("users", "delete", "alice", "--yes"));
        Assert.False(own.HasStore("alice"));

        Assert.StartsWith("1 items of ", await DoneAsync("users", "import", "alice", file), StringComparison.Ordinal);
        var alice = await own.WithKeyAsync("alice");
        Assert.Equal(("\"exported\"", "Planner"), (await alice.ValueAsync("k"), (await alice.FindAsync("k"))!.Author));
        await alice.PushAsync("k", "\"changed\"");
        await RefusedAsync("USER_EXISTS: ", "users", "import", "alice", file);
        Assert.Equal("\"changed\"", await alice.ValueAsync("k"));
        await DoneAsync("users", "import", "alice", file, "--replace");
        Assert.Equal("\"exported\"", await alice.ValueAsync("k"));

        var (ofAlice, ofBob) = (Assert.Single(store.Keys("alice")), Assert.Single(store.Keys("bob")));
        Assert.EndsWith(
            "1 of 1 users, 0 failed", await DoneAsync("rotate-keys", "--wrap-only", "--user", "alice"), StringComparison.Ordinal);
        var wrapped = Assert.Single(store.Keys("alice"));
        Assert.Equal((ofAlice.Id, false), (wrapped.Id, wrapped.Wrapped == ofAlice.Wrapped));
        Assert.Equal(ofBob, Assert.Single(store.Keys("bob")));
        Assert.EndsWith("2 of 2 users, 0 failed", await DoneAsync("rotate-keys"), StringComparison.Ordinal);
        Assert.NotEqual(ofAlice.Id, Assert.Single(store.Keys("alice")).Id);
        Assert.NotEqual(ofBob.Id, Assert.Single(store.Keys("bob")).Id);

        var before = await alice.PositionAsync();
        Assert.EndsWith("2 of 2 users, 0 failed", await DoneAsync("renew-epochs"), StringComparison.Ordinal);
        var after = await alice.PositionAsync();
        Assert.Equal((before.Revision, false), (after.Revision, after.Epoch == before.Epoch));
        Assert.Equal("\"exported\"", await alice.ValueAsync("k"));

        Task<(int ExitCode, string Output)> ProgramAsync(string[] words) =>
            ServerProcess.RunToEndAsync([.. words, "--server", own.Grpc.ToString(), "--key-file", keyFile]);

        async Task<string> DoneAsync(params string[] words)
        {
            var (code, output) = await ProgramAsync(words);
            Assert.True(code == 0, $"{string.Join(' ', words)} exited with {code}: {output}");
            return output;
        }

        async Task RefusedAsync(string why, params string[] words)
        {
            var (code, output) = await ProgramAsync(words);
            Assert.Equal(1, code);
            Assert.Contains(why, output, StringComparison.Ordinal);
        }
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) => OperatorCommand.RunAsync(server, words);
}
