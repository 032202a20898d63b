using Syntha.Server.Tests.Encryption;

namespace Syntha.Server.Tests.Hosting;

/// <summary>A server with a wrong configuration does not start. It names all faults in words for its operator.</summary>
[Trait("Runs", "Once")]
public sealed class ServerStartTests
{
    [Fact]
    public async Task Start_SeveralFaults_TellsAllOfThemInOneMessageAndExitsWith2()
    {
        var (exitCode, output) = await ServerProcess.RunToEndAsync(
            "--Server:Address=0.0.0.0", "--Server:GrpcPort=70000", "--Server:DrainTimeout=-00:00:01", "--Users:IdPattern=(",
            "--Mesh:IdleAfter=00:00:00",
            "--Storage:MaxOpenStores=0");

        Assert.Equal(2, exitCode);
        foreach (var key in (string[])[
            "Server:Address", "Server:GrpcPort", "Server:DrainTimeout", "Users:IdPattern", "Mesh:IdleAfter", "Storage:MaxOpenStores"])
        {
            Assert.Contains(key, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Single(output.Split("The configuration cannot be used")[1..]);
    }

    [Theory]
    [InlineData("--Server:Address=0.0.0.0", "loopback")]
    [InlineData("--Server:Address=192.0.2.1", "loopback")]
    [InlineData("--Server:Address=::", "loopback")]
    [InlineData("--Server:Address=localhost", "no IP address")]
    [InlineData("--Server:GrpcPort=8080", "both 8080")]
    [InlineData("--Authentication:OperatorKeySha256=syntha_operator_secret", "no SHA-256")]
    [InlineData("--Authentication:OperatorKeySha256=", "no SHA-256")]
    [InlineData("--Authentication:Jwt:0:Issuer=https://a.example", "Authentication:Jwt:0:Audiences")]
    [InlineData("--Authentication:Jwt:0:Algorithms:0=none", "Authentication:Jwt:0:Algorithms has 'none'")]
    [InlineData("--Authentication:Jwt:0:Algorithms:0=HS256", "Authentication:Jwt:0:Algorithms has 'HS256'")]
    [InlineData("--Authentication:Jwt:0:MetadataAddress=http://a.example/", "no address with https")]
    [InlineData("--Authentication:Jwt:0:JwksFile=missing.json", "there is no file")]
    [InlineData("--Authentication:Jwt:0:ClockSkew=00:06:00", "Authentication:Jwt:0:ClockSkew is 00:06:00; use 00:00:00 to 00:05:00.")]
    [InlineData("--Mesh:IdleAfter=2.00:00:00", "Mesh:IdleAfter is 2.00:00:00; use 00:00:01 to 1.00:00:00.")]
    [InlineData("--Mesh:IdleSeconds=600", "IdleSeconds")]
    [InlineData("--RateLimit:CallsPerSecond=0", "RateLimit:CallsPerSecond is 0; use 1 to 1000000000.")]
    [InlineData("--Server:GrpcPort=abc", "Server:GrpcPort")]
    [InlineData("--Users:IdPreset=Sead", "Users:IdPreset")]
    [InlineData("--Users:IdPreset=7", "IdPreset")]
    [InlineData("--Users:IdPattern=(a)\\1", "Users:IdPattern")]
    [InlineData("--Log:MaxChanges=0", "Log:MaxChanges")]
    [InlineData("--Streams:RecentCommands=1000", "use 1024")]
    [InlineData("--Storage:MaxWait=soon", "Storage:MaxWait")]
    [InlineData("--Storage:DataPath=", "DataPath")]
    [InlineData("--Server:GrpcPrt=1", "GrpcPrt")]
    public async Task Start_OneFault_NamesItAndExitsWith2(string setting, string told)
    {
        var (exitCode, output) = await ServerProcess.RunToEndAsync(setting);

        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task Start_WithTheVariablesOfClients_TakesNoneForASetting()
    {
        using var folder = new ScratchFolder();
        string[] ofClients =
        [
            "SYNTHA_SERVER", "SYNTHA_USER_ID", "SYNTHA_API_KEY", "SYNTHA_OPERATOR_KEY", "SYNTHA_LOG_LEVEL", "SYNTHA_LOG_FORMAT",
            "SYNTHA_LOG_FILE", "SYNTHA_LOG", "SYNTHA_STORAGE", "LOG", "SERVER",
        ];

        await using var server = await ServerProcess.StartWithAsync(
            ofClients.ToDictionary(name => name, _ => "localhost:50051"), folder.Path);

        await server.As("alice").PushAsync("k");
    }

    [Fact]
    public async Task Start_WithTheAddressOfAClientAndNoSettingOfTheSection_HasNoFaultInIt()
    {
        var (_, output) = await ServerProcess.RunToEndWithAsync(
            new Dictionary<string, string> { ["SYNTHA_SERVER"] = "localhost:50051" }, "--Mesh:IdleSeconds=600");

        Assert.Contains("IdleSeconds", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Server cannot be read", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SYNTHA_Server__GrpcPort", "abc")]
    [InlineData("SYNTHA_Server__GrpcPort", "70000")]
    [InlineData("SYNTHA_Server__GrpcPrt", "1")]
    [InlineData("SYNTHA_Sever__GrpcPort", "1")]
    [InlineData("SYNTHA_STORAGE__MAXWAIT", "soon")]
    public async Task Start_MistypedInTheEnvironment_NamesTheVariableAndExitsWith2(string variable, string value)
    {
        var (exitCode, output) = await ServerProcess.RunToEndWithAsync(new Dictionary<string, string> { [variable] = value });

        Assert.Contains(variable, output, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task Start_TwoIssuersWithoutPrefixes_IsRefused()
    {
        var (exitCode, output) = await ServerProcess.RunToEndAsync(
            "--Authentication:Jwt:0:Issuer=https://a.example", "--Authentication:Jwt:1:Issuer=https://b.example",
            "--Authentication:Jwt:1:UserPrefix=b|");

        Assert.Equal(2, exitCode);
        Assert.Contains("UserPrefix of its own", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutAuthentication_ListensOnLoopbackOnlyAndSaysSo()
    {
        await using var server = await TestServer.StartAsync();

        Assert.True(server.Grpc.IsLoopback && server.Http.IsLoopback);
        Assert.Contains(
            server.Log.Lines,
            line => line.Contains(
                "[3102]: Development mode: calls need no credentials, so the server listens on loopback only", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_BeyondLoopbackWithAuthentication_ServesWhoHasACredential()
    {
        using var folder = new ScratchFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--Server:Address=0.0.0.0", OperatorKey.Setting);

        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, server.As("alice").Mesh.GetAsync(new()));
        Assert.DoesNotContain("Development mode", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Ready_LogsTheAddressesAndWhatIsOn()
    {
        using var certificates = new TestCertificates();
        await using var store = await EncryptedStore.CreateAsync();
        using var folder = new ScratchFolder();
        await using var secured = await ServerProcess.StartOnAsync(
            store.Store, [store.Setting, OperatorKey.Setting, .. certificates.PemSettings]);
        await using var open = await ServerProcess.StartAsync(folder.Path);

        Assert.Matches(
            @"gRPC https://127\.0\.0\.1:\d+, HTTP https://127\.0\.0\.1:\d+ \(authentication on, TLS on, encryption on\)", secured.Output);
        Assert.Matches(
            @"gRPC http://127\.0\.0\.1:\d+, HTTP http://127\.0\.0\.1:\d+ \(authentication off, TLS off, encryption off\)", open.Output);
    }

    [Fact]
    public async Task Start_OnAFolderInUse_TellsWhoHoldsItAndExitsWith3()
    {
        using var folder = new ScratchFolder();
        await using var first = await ServerProcess.StartAsync(folder.Path);
        await first.As("alice").PushAsync("k");

        var (exitCode, output) = await ServerProcess.RunToEndAsync(
            $"--Storage:DataPath={folder.Path}", "--Server:GrpcPort=0", "--Server:HttpPort=0");

        Assert.Equal(3, exitCode);
        Assert.Contains($"in use by process {first.Id}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal("1", await first.As("alice").ValueAsync("k"));
    }

    [Theory]
    [InlineData("Password=wrong secret", "check Username and Password in Storage:Postgres:ConnectionString")]
    [InlineData("Database=not_there", "CREATE DATABASE \"not_there\"")]
    [InlineData("Port=closed", "cannot be reached")]
    public async Task Start_WithNoWayIntoTheDatabase_SaysWhatToDoInOneLineAndExitsWith3(string part, string told)
    {
        await using var store = await TestStore.CreatePostgresAsync();
        // Bind the port without listening, so that no other program gets it.
        using var closed = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        closed.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        part = part.Replace("closed", $"{((System.Net.IPEndPoint)closed.LocalEndPoint!).Port}", StringComparison.Ordinal);

        var (exitCode, output) = await ServerProcess.RunToEndAsync(
            [
                .. store.Settings, $"--Storage:Postgres:ConnectionString={store.ConnectionString};{part}",
                "--Server:GrpcPort=0", "--Server:HttpPort=0",
            ]);

        Assert.Equal(3, exitCode);
        Assert.Contains(told, Assert.Single(output.Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoWithoutAStack()
    {
        using var folder = new ScratchFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, output) = await ServerProcess.RunToEndAsync(
            $"--Storage:DataPath={folder.Path}", $"--Server:GrpcPort={port}", "--Server:HttpPort=0");

        Assert.Equal(4, exitCode);
        Assert.Contains($"{port}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataPathThatIsAFile_SaysSoAndExitsWith3()
    {
        var (exitCode, output) = await ServerProcess.RunToEndAsync(
            $"--Storage:DataPath={ServerProcess.ServerFile}", "--Server:GrpcPort=0", "--Server:HttpPort=0");

        Assert.Equal(3, exitCode);
        Assert.Contains("data folder", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Descriptors_FewAllowed_BoundTheOpenStoresAndRefuseNobody()
    {
        using var folder = new ScratchFolder();
        await using var server = await ServerProcess.StartLimitedAsync("ulimit -n 700", folder.Path);

        for (var round = 0; round < 2; round++)
        {
            foreach (var batch in Enumerable.Range(0, 120).Chunk(20))
            {
                await Task.WhenAll(batch.Select(n => server.As($"user{n}").PushAsync($"k{round}", $"{n}")));
            }

            Assert.InRange(Directory.GetFiles($"/proc/{server.Id}/fd").Length, 1, 700);
        }

        for (var n = 0; n < 120; n++)
        {
            Assert.Equal($"{n}", await server.As($"user{n}").ValueAsync("k0"));
        }

        Assert.Contains("31", server.Output, StringComparison.Ordinal);
    }
}
