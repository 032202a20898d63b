using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Syntha.Benchmarks.Load;
using Syntha.V1;

namespace Syntha.Benchmarks.Processes;

/// <summary>The first key of an operator, for servers that need credentials.</summary>
internal sealed class OperatorKey
{
    private readonly string text = $"syntha_operator_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>The setting that makes a server need credentials.</summary>
    public string Setting =>
        $"--Authentication:OperatorKeySha256={Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    /// <summary>The operator's <c>authorization</c>.</summary>
    public string Authorization => $"Bearer {text}";

    /// <summary>Makes a key for a user, and returns its <c>authorization</c>.</summary>
    public async Task<string> NewUserAsync(GrpcProbe probe, Uri server, string userId, CancellationToken cancellationToken)
    {
        var created = await probe.AskAsync(
            server,
            GrpcRequest.Of(
                "/syntha.v1.Administration/CreateApiKey",
                userId: null,
                new CreateApiKeyRequest { Scope = KeyScope.User, UserId = userId }) with
            {
                Authorization = Authorization,
            },
            CreateApiKeyResponse.Parser,
            cancellationToken);
        return $"Bearer {created.Secret}";
    }
}
