using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Syntha.Server.Mapping;

/// <summary>
/// A place in a list: the last key of a page, and a hash of the request that the page answers. A token grants nothing, because each page
/// is read with the rights of its own call.
/// </summary>
internal static class PageToken
{
    private const int HashBytes = 8;

    /// <param name="after">The last key of the page. Null when no page follows.</param>
    /// <param name="filter">All parts of the request that decide about the list: method, agent, filters.</param>
    public static string Write(string? after, params ReadOnlySpan<string?> filter)
    {
        if (after is null)
        {
            return "";
        }

        var key = Encoding.UTF8.GetBytes(after);
        var token = new byte[HashBytes + key.Length];
        HashOf(filter).CopyTo(token, 0);
        key.CopyTo(token, HashBytes);
        return Base64Url.EncodeToString(token);
    }

    /// <returns>The key after which the page begins. Null for the first page.</returns>
    /// <exception cref="MeshException">PAGE_TOKEN_INVALID.</exception>
    public static string? Read(string token, params ReadOnlySpan<string?> filter)
    {
        if (token.Length == 0)
        {
            return null;
        }

        if (!Base64Url.IsValid(token, out var length) || length < HashBytes)
        {
            throw Invalid();
        }

        var bytes = Base64Url.DecodeFromChars(token);
        if (!bytes.AsSpan(0, HashBytes).SequenceEqual(HashOf(filter)))
        {
            throw Invalid();
        }

        try
        {
            return StrictUtf8.GetString(bytes, HashBytes, bytes.Length - HashBytes);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid();
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // The parts are hashed as a JSON array, so that no two filters give the same bytes.
    private static byte[] HashOf(ReadOnlySpan<string?> filter) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(filter.ToArray()))[..HashBytes];

    private static MeshException Invalid() =>
        new(ErrorReason.PageTokenInvalid, "The page token does not belong to this request; begin again without one.");
}
