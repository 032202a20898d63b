using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Credentials;

/// <summary>JSON Web Tokens: which user each belongs to, and which tokens are refused (attack 3).</summary>
public sealed class TokenTests(TokenServer tokens)
{
    private readonly TestServer server = tokens.Server;
    private readonly string subject = $"alice{Guid.NewGuid():N}";

    [Fact]
    public async Task Token_OfEitherIssuer_OpensItsOwnUser()
    {
        var (corp, partner) =
            (server.As($"corp|{subject}", tokens.Corp.Issue(subject)), server.As($"partner|{subject}", tokens.Partner.Issue(subject)));

        await corp.PushAsync("k", "\"corp\"");
        await partner.PushAsync("k", "\"partner\"");

        Assert.Equal("\"corp\"", await corp.ValueAsync("k"));
        Assert.Equal("\"partner\"", await partner.ValueAsync("k"));
    }

    [Fact]
    public async Task Token_WithTheSameSubjectOfAnotherIssuer_IsAnotherUser()
    {
        await server.As($"corp|{subject}", tokens.Corp.Issue(subject)).PushAsync("k");

        var theirs = tokens.Partner.Issue(subject);
        await Refusal.OfAsync(ErrorReason.UserMismatch, server.As($"corp|{subject}", theirs).Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.UserMismatch, server.As(subject, theirs).Mesh.GetAsync(new() { Key = "k" }));
        // An issuer that may choose its subjects cannot name a user of the other issuer.
        await Refusal.OfAsync(
            ErrorReason.UserMismatch,
            server.As($"corp|{subject}", tokens.Partner.Issue($"corp|{subject}")).Mesh.GetAsync(new() { Key = "k" }));
        Assert.Null(await server.As($"partner|{subject}", theirs).ValueAsync("k"));
    }

    public static TheoryData<string> Wrongs { get; } = new(
        "audience", "no audience", "issuer", "other issuer's key", "unknown key id", "no key id", "none", "none, unsigned",
        "public key as secret", "algorithm",
        "expired", "not yet", "no expiry", "cut off", "changed", "no subject", "subject is a list", "subject is no id");

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task Token_ThatIsNotInOrder_OpensNothing(string wrong)
    {
        var (user, good) = ($"corp|{subject}", tokens.Corp.Issue(subject));
        await server.As(user, good).PushAsync("k");

        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, server.As(user, Forge(wrong)).Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, server.As(user, Forge(wrong)).Mesh.PushAsync(TestUser.Push("k", "2")));

        Assert.Equal("1", await server.As(user, good).ValueAsync("k"));
    }

    [Fact]
    public async Task Token_OfAnAgent_OpensToolHandlerInItsNameOnly()
    {
        var token = tokens.Corp.Issue(subject, change: descriptor => descriptor.Claims["agent"] = "planner");
        var planner = server.As($"corp|{subject}", token);

        await planner.Tools.PushContextAsync(new() { AsAgent = "planner", Item = new() { Key = "k", ValueJson = "1" } });

        await Refusal.OfAsync(ErrorReason.AgentMismatch, planner.Tools.GetContextAsync(new() { AsAgent = "admin", Key = "k" }));
        await Refusal.OfAsync(ErrorReason.OwnerRequired, planner.Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.OperatorRequired, server.Operator(token).ListApiKeysAsync(new()));
        Assert.Equal("1", await server.As($"corp|{subject}", tokens.Corp.Issue(subject)).ValueAsync("k"));
    }

    [Fact]
    public async Task Token_WhoseTimeRunsOut_EndsItsCallsAndStreams()
    {
        var user = $"corp|{subject}";
        await using var stream = new TestSubscriber(new(), new());
        string token;
        // A machine that is too busy to open a stream within that time gets more time.
        for (var seconds = 3; ; seconds *= 2)
        {
            token = tokens.Corp.Issue(
                subject, change: descriptor => descriptor.Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds));
            stream.Begin(server.As(user, token), new() { Now = new() });
            if (await stream.ReadAsync() is not null || seconds > 60)
            {
                break;
            }
        }

        await stream.ReadToEndAsync();

        Assert.NotNull(stream.Established);
        Refusal.Of(ErrorReason.CredentialsInvalid, stream.Streams[^1].Failure!);
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, server.As(user, token).Mesh.GetAsync(new()));
        Assert.Null(await server.As(user, tokens.Corp.Issue(subject)).ValueAsync("k"));
    }

    [Fact]
    public async Task Token_WhereAnotherClaimNamesTheUser_OpensThatUserOnly()
    {
        await using var own = await StartAsync("--Authentication:Jwt:0:UserClaim=preferred_username");
        var token = tokens.Corp.Issue("subject", change: descriptor => descriptor.Claims["preferred_username"] = subject);

        await own.As(subject, token).PushAsync("k", "\"by claim\"");

        Assert.Equal("\"by claim\"", await own.As(subject, token).ValueAsync("k"));
        await Refusal.OfAsync(ErrorReason.UserMismatch, own.As("subject", token).Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(
            ErrorReason.CredentialsInvalid, own.As(subject, tokens.Corp.Issue(subject)).Mesh.GetAsync(new() { Key = "k" }));
    }

    [Fact]
    public async Task Token_ThatHasExpired_IsTakenForAsLongAsClocksMayDiffer()
    {
        await using var own = await StartAsync("--Authentication:Jwt:0:ClockSkew=00:00:30");
        Exception? refused;
        TimeSpan took;
        do
        {
            var began = TimeProvider.System.GetTimestamp();
            refused = await Record.ExceptionAsync(() => own.As(subject, ExpiredFor(seconds: 10)).PushAsync("k"));
            took = TimeProvider.System.GetElapsedTime(began);
        }
        while (refused is not null && took > TimeSpan.FromSeconds(10)); // the machine stood still for the rest of the time

        Assert.Null(refused);
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, own.As(subject, ExpiredFor(seconds: 60)).Mesh.GetAsync(new() { Key = "k" }));

        string ExpiredFor(int seconds) =>
            tokens.Corp.Issue(subject, change: descriptor => Shift(descriptor, -TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public async Task ApiKeys_BesideTokens_AreTakenAsWell()
    {
        var alice = await server.WithKeyAsync($"corp|{subject}");
        await server.As(alice.Id, tokens.Corp.Issue(subject)).PushAsync("k");

        Assert.Equal("1", await alice.ValueAsync("k"));
    }

    // This server accepts only Corp's tokens.
    private Task<TestServer> StartAsync(string setting) => TestServer.StartAsync(
        $"--Authentication:Jwt:0:Issuer={tokens.Corp.Name}", $"--Authentication:Jwt:0:JwksFile={tokens.Corp.WriteKeys()}",
        "--Authentication:Jwt:0:Audiences:0=syntha", setting);

    private string Forge(string wrong) => wrong switch
    {
        "audience" => tokens.Corp.Issue(subject, audience: "another server"),
        "no audience" => tokens.Corp.Issue(subject, change: descriptor => descriptor.Audience = null),
        "issuer" => tokens.Corp.Issue(subject, change: descriptor => descriptor.Issuer = "https://corp.example.evil"),
        "other issuer's key" => tokens.Corp.Issue(
            subject, change: descriptor => descriptor.SigningCredentials = new(tokens.Partner.Key, SecurityAlgorithms.RsaSha256)),
        "unknown key id" => tokens.Corp.Issue(
            subject, change: descriptor => descriptor.SigningCredentials = new(WithId("unknown"), SecurityAlgorithms.RsaSha256)),
        "no key id" => tokens.Corp.Issue(
            subject, change: descriptor => descriptor.SigningCredentials = new(WithId(null), SecurityAlgorithms.RsaSha256)),
        "none" => Unsigned(signature: tokens.Corp.Issue(subject).Split('.')[2]),
        "none, unsigned" => Unsigned(signature: ""),
        "public key as secret" => tokens.Corp.Issue(subject, change: descriptor => descriptor.SigningCredentials = new(
            new SymmetricSecurityKey(tokens.Corp.PublicKey) { KeyId = tokens.Corp.Key.KeyId }, SecurityAlgorithms.HmacSha256)),
        "algorithm" => tokens.Corp.Issue(
            subject, change: descriptor => descriptor.SigningCredentials = new(tokens.Corp.Key, SecurityAlgorithms.RsaSha512)),
        "expired" => tokens.Corp.Issue(subject, change: descriptor => Shift(descriptor, TimeSpan.FromMinutes(-6))),
        "not yet" => tokens.Corp.Issue(subject, change: descriptor => Shift(descriptor, TimeSpan.FromMinutes(2))),
        "no expiry" => tokens.Corp.Issue(subject, change: descriptor => descriptor.Expires = null),
        "cut off" => tokens.Corp.Issue(subject)[..^8],
        "changed" => Changed(tokens.Corp.Issue($"{subject[..^1]}x")),
        "no subject" => tokens.Corp.Issue(subject, change: descriptor => descriptor.Claims.Remove("sub")),
        "subject is a list" => tokens.Corp.Issue(subject, change: descriptor => descriptor.Claims["sub"] = new[] { subject, "bob" }),
        "subject is no id" => tokens.Corp.Issue($"../{subject}"),
        _ => throw new ArgumentOutOfRangeException(nameof(wrong)),
    };

    private RsaSecurityKey WithId(string? id) => new(tokens.Corp.Key.Rsa) { KeyId = id };

    private static void Shift(SecurityTokenDescriptor descriptor, TimeSpan by) =>
        (descriptor.IssuedAt, descriptor.NotBefore, descriptor.Expires) =
            (descriptor.IssuedAt + by, descriptor.NotBefore + by, descriptor.Expires + by);

    private string Unsigned(string signature)
    {
        var payload = tokens.Corp.Issue(subject).Split('.')[1];
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT","kid":"key of https://corp.example"}""")}.{payload}.{signature}";
    }

    // The changed payload of a valid token, under the old signature.
    private string Changed(string token)
    {
        var parts = token.Split('.');
        var payload = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1]))
            .Replace(new JsonWebToken(token).Subject, subject, StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}
