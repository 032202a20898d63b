using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Syntha.Server.Mapping;

/// <summary>
/// A place in the caller's own list: the last key of a page, and a hash of the request that it belongs to. It grants nothing: the next
/// page is read with the rights of whoever asks for it.
/// </summary>
internal static class PageToken
{
    private const int HashBytes = 8;

    /// <param name="after">The last key of the page; null: there is no next one.</param>
    /// <param name="filter">Whatever of the request decides about its list: method, agent, filters.</param>
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

    /// <returns>The key after which the page begins; null for the first page.</returns>
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

    // As a JSON array, so that no two filters compose to the same text.
    private static byte[] HashOf(ReadOnlySpan<string?> filter) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(filter.ToArray()))[..HashBytes];

    private static MeshException Invalid() =>
        new(ErrorReason.PageTokenInvalid, "The page token does not belong to this request; begin again without one.");
}
