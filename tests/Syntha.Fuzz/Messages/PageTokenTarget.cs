using Syntha.Fuzz.Engine;
using Syntha.Server.Mapping;

namespace Syntha.Fuzz.Messages;

/// <summary>
/// A token leads back to its key, for its own request only. A text that nobody wrote is refused, or it is a spelling of a token that could
/// have been written.
/// </summary>
internal sealed class PageTokenTarget : FuzzTarget
{
    public override string Name => "page-token";

    public override void Run(byte[] input)
    {
        var (first, second) = Split(input, 0);
        var filter = Encoding.UTF8.GetString(second);
        var key = Encoding.UTF8.GetString(first);
        var token = PageToken.Write(key, "List", filter);
        Demand(PageToken.Read(token, "List", filter) == key, "A token does not lead back to its key.");
        Demand(IsRefused(token, "List", filter + "x"), "A token serves another request.");
        Demand(filter.Length == 0 || IsRefused(token, "List" + filter, ""), "A token serves a request with the parts put together.");
        Demand(filter.Length == 0 || IsRefused(token, "List", null), "A token serves a request without the filter.");

        HoldForged(TextOf(first), filter);
        // The hash of the request is no secret.
        HoldForged(token[..10] + TextOf(first), filter);
    }

    private static void HoldForged(string forged, string filter)
    {
        if (forged.Length == 0)
        {
            Demand(PageToken.Read(forged, "List", filter) is null, "No token begins somewhere.");
        }
        else if (!IsRefused(forged, "List", filter))
        {
            var after = PageToken.Read(forged, "List", filter)!;
            var written = PageToken.Write(after, "List", filter);
            var plain = string.Concat(forged.Where(sign => !char.IsWhiteSpace(sign) && sign is not ('=' or '%')));
            Demand(plain == written || plain[..^1] == written[..^1], "A token is accepted that nobody would write.");
        }
    }

    private static bool IsRefused(string token, params ReadOnlySpan<string?> filter)
    {
        try
        {
            PageToken.Read(token, filter);
            return false;
        }
        catch (MeshException refusal)
        {
            Demand(refusal.Reason == ErrorReason.PageTokenInvalid, "The refusal has another reason.");
            return true;
        }
    }
}
