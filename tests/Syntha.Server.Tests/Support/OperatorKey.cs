using Syntha.Server.Credentials;

namespace Syntha.Server.Tests.Support;

/// <summary>The operator's first key, for servers that need credentials, and its most common uses.</summary>
internal static class OperatorKey
{
    private static readonly ApiKeyText Key = ApiKeyText.Create(ApiKeyText.OperatorId);

    public static string Secret => Key.Text;

    /// <summary>Settings that make a server need credentials.</summary>
    public static string Setting { get; } = $"--Authentication:OperatorKeySha256={Convert.ToHexString(Key.Hash())}";

    public static async Task<CreateApiKeyResponse> NewKeyAsync(
        this TestServer server, string user, string? agent = null, string? role = null)
    {
        var request =
            new CreateApiKeyRequest { Scope = agent is null ? KeyScope.User : KeyScope.Agent, UserId = user, Role = role.ToRole() };
        if (agent is not null)
        {
            request.Agent = agent;
        }

        return await server.Operator(Secret).CreateApiKeyAsync(request);
    }

    /// <summary>The user with a new API key.</summary>
    public static async Task<TestUser> WithKeyAsync(this TestServer server, string user) =>
        server.As(user, (await server.NewKeyAsync(user)).Secret);
}
