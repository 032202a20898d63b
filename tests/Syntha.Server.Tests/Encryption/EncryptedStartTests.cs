namespace Syntha.Server.Tests.Encryption;

/// <summary>A server does not start if its settings do not fit the data. It says so in a line, and never goes on in plain.</summary>
public sealed class EncryptedStartTests
{
    [Fact]
    public async Task Start_OnEncryptedData_NeedsItsKeyRing()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using (var server = await store.StartAsync())
        {
            await server.As("alice").PushAsync("k", "\"of alice\"");
        }

        await using var other = await EncryptedStore.CreateAsync();
        await using (await other.StartAsync())
        {
        }
        using var missing = new ScratchFolder();

        await RefusedAsync(store, "is not the one", other.Setting);
        await RefusedAsync(store, "no key in the folder", $"--Encryption:KeyRingPath={missing.Path}/none");
        await RefusedAsync(store, "encryption is off");
        Assert.Empty(Directory.GetFileSystemEntries(missing.Path));

        await using var again = await store.StartAsync();
        Assert.Equal("\"of alice\"", await again.As("alice").ValueAsync("k"));
    }

    [Fact]
    public async Task Start_OnPlainData_NamesTheCommandThatEncryptsIt()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using (var server = await TestServer.StartOnAsync(store.Store))
        {
            await server.As("alice").PushAsync("k");
        }

        await RefusedAsync(store, "syntha encrypt", store.Setting);

        await using var again = await TestServer.StartOnAsync(store.Store);
        Assert.Equal("1", await again.As("alice").ValueAsync("k"));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Start_WithACertificate_KeepsTheRingUnderIt()
    {
        await using var store = await EncryptedStore.CreateAsync();
        using var folder = new ScratchFolder();
        var (right, wrong) = (Certificate(folder, "right"), Certificate(folder, "wrong"));
        await using (var server = await store.StartAsync(right))
        {
            await server.As("alice").PushAsync("k", "\"of alice\"");
        }

        Assert.Contains(
            "EncryptedData",
            await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(store.Ring)), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        await RefusedAsync(store, "cannot be read", store.Setting);
        await RefusedAsync(store, "cannot be read", store.Setting, wrong);

        await using var again = await store.StartAsync(right);
        Assert.Equal("\"of alice\"", await again.As("alice").ValueAsync("k"));
    }

    [Theory]
    [Trait("Runs", "Once")]
    [InlineData("is in the data folder", "--Storage:DataPath=/srv/data", "--Encryption:KeyRingPath=/srv/data/ring")]
    [InlineData("is in the data folder", "--Storage:DataPath=/srv/data", "--Encryption:KeyRingPath=/srv/data")]
    [InlineData("no KeyRingPath", "--Encryption:CertificatePath=c.pfx")]
    [InlineData("CertificatePath cannot be used", "--Encryption:KeyRingPath=/srv/ring", "--Encryption:CertificatePath=missing.pfx")]
    [InlineData("KeyRing", "--Encryption:KeyRing=/srv/ring")]
    public async Task Start_FaultInTheOptions_IsToldAndExitsWith2(string told, params string[] settings)
    {
        var (exitCode, output) = await ServerProcess.RunToEndAsync(settings);

        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
    }

    private static async Task RefusedAsync(EncryptedStore store, string told, params string[] settings)
    {
        var (exitCode, output) = await store.RunAsync(null, settings);

        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(3, exitCode);
    }

    private static string Certificate(ScratchFolder folder, string name)
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            $"CN={name}", key, System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var path = Path.Combine(folder.Path, $"{name}.pfx");
        File.WriteAllBytes(path, certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12));
        return $"--Encryption:CertificatePath={path}";
    }
}
