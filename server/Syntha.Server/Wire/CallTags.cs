using Microsoft.AspNetCore.Http.Features;

namespace Syntha.Server.Wire;

/// <summary>
/// Says of a call how it ended, to the platform's own measurement of requests, which has the method and how long it took. All values come from
/// short lists.
/// </summary>
internal static class CallTags
{
    private const string Status = "rpc.grpc.status_code";
    private const string Reason = "syntha.reason";

    public static void Add(HttpContext http, Grpc.Core.StatusCode status, string? reason)
    {
        // Not there unless somebody measures.
        if (http.Features.Get<IHttpMetricsTagsFeature>() is not { } measured)
        {
            return;
        }

        measured.Tags.Add(new(Status, (int)status));
        if (reason is not null)
        {
            measured.Tags.Add(new(Reason, reason));
        }
    }
}
