using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Following;
using Syntha.Mesh.History;
using Syntha.Mesh.Log;
using Syntha.Mesh.Reading;

namespace Syntha.Server.Mapping;

/// <summary>Translates requests about the past, and their answers.</summary>
internal static class HistoryMapping
{
    private const int MaxItems = 1_000;
    private const int DefaultItems = 100;

    // From year 1 to year 9999, as the type of the contract says.
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;

    /// <summary>The moment that a read is about.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static ReadPoint Point(V1.ReadPoint point) => point.PointCase switch
    {
        V1.ReadPoint.PointOneofCase.AsOfPosition => new(Position(point.AsOfPosition), null),
        V1.ReadPoint.PointOneofCase.AsOfTime => new(null, Moment(point.AsOfTime)),
        _ => throw FromWire.Invalid("read_point", "The read point names neither a position nor a time."),
    };

    /// <summary>What of the request's read point decides about a list.</summary>
    public static string? ScopeOf(V1.ReadPoint? point) => point?.ToString();

    public static Position Position(V1.Position? position) => position is null ? default : new(position.Epoch, position.Revision);

    /// <summary>How a request for versions is paged.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID, PAGE_TOKEN_INVALID.</exception>
    public static (int Size, ChangePlace? Before) Page(V1.ListVersionsRequest request)
    {
        FromWire.Known(request.View, "view");
        var before = PageToken.Read(request.PageToken, ScopeOf(request));
        return (Paging.Size(request.PageSize, DefaultItems, MaxItems), before is null ? null : Place(before));
    }

    public static V1.ListVersionsResponse ToWire(VersionPage page, V1.ListVersionsRequest request)
    {
        var answer = new V1.ListVersionsResponse
        {
            Position = Mapping.ToWire.Position(page.Position),
            NextPageToken = PageToken.Write(
                page.NextBefore is { } next ? string.Create(CultureInfo.InvariantCulture, $"{next.Revision}.{next.Index}") : null,
                ScopeOf(request)),
        };
        answer.Versions.AddRange(page.Versions.Select(version => ToWire(version, page.Position.Epoch, request.View)));
        return answer;
    }

    /// <summary>One page of the differences between two views.</summary>
    /// <exception cref="MeshException">TOPIC_INVALID, FILTER_INVALID, REQUEST_TOO_LARGE, ARGUMENT_INVALID, PAGE_TOKEN_INVALID.</exception>
    public static V1.DiffPositionsResponse Differences(V1.DiffPositionsRequest request, MeshView before, MeshView after)
    {
        var filter = FromWire.Filter(request.Filter);
        FromWire.Known(request.View, "view");
        string?[] scope =
        [
            "DiffPositions", ActorOf(request), request.From?.ToString(), request.To?.ToString(), filter.Prefix, filter.Glob?.Pattern,
            .. filter.Topics.Select(topic => topic.Value),
        ];
        var size = Paging.Size(request.PageSize, DefaultItems, MaxItems);
        var page = ItemDifference.List(
            before, after, filter, new(PageToken.Read(request.PageToken, scope), size, item => Mapping.ToWire.SizeOf(item, request.View)));
        var answer = new V1.DiffPositionsResponse
        {
            Position = Mapping.ToWire.Position(after.Position),
            NextPageToken = PageToken.Write(page.NextAfter, scope),
        };
        answer.Differences.AddRange(page.Differences.Select(difference => ToWire(difference, request.View)));
        return answer;
    }

    private static V1.ItemDifference ToWire(ItemDifference difference, V1.ItemView view)
    {
        var answer = new V1.ItemDifference
        {
            Key = difference.Key.Value,
            Kind = difference.Before is null ? V1.ChangeKind.Created
                : difference.After is null ? V1.ChangeKind.Removed
                : V1.ChangeKind.Updated,
        };
        if (difference.Before is { } before)
        {
            answer.Before = Mapping.ToWire.Item(before, view);
        }

        if (difference.After is { } after)
        {
            answer.After = Mapping.ToWire.Item(after, view);
        }

        return answer;
    }

    private static V1.ItemVersion ToWire(FeedChange seen, string epoch, V1.ItemView view)
    {
        var (kind, change) = (Mapping.ToWire.Kind(seen.Kind), seen.Change);
        var version = new V1.ItemVersion
        {
            Position = new() { Epoch = epoch, Revision = change.Place.Revision },
            Index = change.Place.Index,
            CommitTime = Mapping.ToWire.Time(change.Time),
            Kind = kind,
        };
        if (change.Actor is { } author && seen.Kind != FeedKind.LeftView)
        {
            version.Author = author.Value;
        }

        if (seen.Item is { } item)
        {
            version.Item = Mapping.ToWire.Item(item, view);
            version.Redacted = item.IsRedacted;
        }

        if (change.Redacts is { } redacted)
        {
            version.RedactedRevision = redacted.Revision;
        }

        return version;
    }

    private static string?[] ScopeOf(V1.ListVersionsRequest request) => ["ListVersions", ActorOf(request), request.Key];

    private static string? ActorOf(V1.IActingRequest request) => request.HasAsAgent ? request.AsAgent : null;

    private static ChangePlace Place(string token)
    {
        var parts = token.Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var revision) &&
            int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) &&
            revision <= ChangePlace.MaxRevision && index <= ChangePlace.MaxIndex
            ? new(revision, index)
            : throw new MeshException(
                ErrorReason.PageTokenInvalid, "The page token does not belong to this request; begin again without one.");
    }

    private static DateTimeOffset Moment(Timestamp time)
    {
        if (time.Seconds is < MinSeconds or > MaxSeconds || time.Nanos is < 0 or > 999_999_999)
        {
            throw FromWire.Invalid("read_point.as_of_time", "The time is not a valid timestamp.");
        }

        // Stores keep whole microseconds.
        return DateTimeOffset.UnixEpoch.AddTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanos / 1_000 * 10));
    }
}
