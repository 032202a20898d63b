using Syntha.Mesh.Access;
using Syntha.Mesh.Values;

namespace Syntha.Mesh.Moving;

/// <summary>Turns lines of an export into agents and items. They must pass the checks that pushes pass.</summary>
internal sealed class ImportedLines
{
    // The limits of stores, which keep the place of a row as a number of 63 bits.
    private const long MaxRevision = long.MaxValue >> 24;
    private const int MaxIndex = (1 << 24) - 1;

    private ChangePlace last;

    private ImportedLines(long revision) => Revision = revision;

    public long Revision { get; }

    /// <exception cref="MeshException">EXPORT_INVALID.</exception>
    public static ImportedLines Of(ExportLine.HeaderLine header, UserId user, bool allowsOtherUser)
    {
        if (header.Format != ExportLine.Format)
        {
            throw Invalid("it is not an export of a user");
        }

        if (header.Version is < 1 or > ExportLine.Version)
        {
            throw Invalid($"its version is {header.Version}, and this server knows versions up to {ExportLine.Version}");
        }

        if (header.User != user.Value && !allowsOtherUser)
        {
            throw new MeshException(
                ErrorReason.ExportUserMismatch, "The file was exported from another user. Set allow_other_user if that is intended.");
        }

        return header.Revision is >= 0 and < MaxRevision ? new(header.Revision) : throw Invalid("its revision is not possible");
    }

    /// <exception cref="MeshException">AGENT_INVALID, TOPIC_INVALID, TOOL_INVALID, EXPORT_INVALID.</exception>
    public AgentRecord Agent(ExportLine.AgentLine line)
    {
        var record = new AgentRecord(AgentName.Parse(line.Name))
        {
            Subscriptions = [.. line.Subscriptions.Select(Subscription)],
            Permissions = line.Permissions is { } given
                ? new([.. Limited(given.Topics, ItemLimits.MaxTopics, TopicName.Parse)], given.MayPostGlobal, given.MayPostDirect)
                : null,
            Access = line.Access is { } access ? Access(access) : null,
        };
        if (record.Topics.Distinct().Count() != record.Subscriptions.Length || record.IsEmpty)
        {
            throw Invalid("an agent is subscribed twice to a topic, or nothing is stored about it");
        }

        return record;
    }

    /// <exception cref="MeshException">
    /// KEY_INVALID, JSON_INVALID, VALUE_TOO_LARGE, AGENT_INVALID, TOPIC_INVALID, EXPORT_INVALID.
    /// </exception>
    public ContextItem Item(ExportLine.ItemLine line)
    {
        var place = Place(line.Revision, line.Index);
        if (place <= last)
        {
            throw Invalid("items do not stand in the order in which they were written");
        }

        last = place;
        JsonText.Check(line.ValueJson, ItemLimits.MaxValueBytes);
        if (line.MetadataJson is not null)
        {
            JsonText.Check(line.MetadataJson, ItemLimits.MaxMetadataBytes, "metadata", mustBeObject: true);
        }

        return new()
        {
            Key = ContextKey.Parse(line.Key),
            ValueJson = line.ValueJson,
            MetadataJson = line.MetadataJson,
            Readers = new(
                line.Author is null ? null : AgentName.Parse(line.Author),
                Limited(line.Topics, ItemLimits.MaxTopics, TopicName.Parse),
                Limited(line.Subscribers, ItemLimits.MaxSubscribers, AgentName.Parse)),
            Place = place,
            UpdatedAt = Moment(line.UpdatedAt),
            ExpiresAt = line.ExpiresAt is { } deadline ? Moment(deadline) : null,
        };
    }

    // Null: the list holds a JSON null.
    private Subscription Subscription(ExportLine.SubscriptionPart? part) => part is null
        ? throw Invalid("a subscription is missing")
        : new(TopicName.Parse(part.Topic), Place(part.Revision, part.Index));

    private static AgentAccess? Access(ExportLine.AccessPart part)
    {
        var access = AgentAccess.Parse(
            part.Role ?? "", Names(part.RoleTools), part.Allowed is { } allowed ? Names(allowed) : null, Names(part.Denied)) with
        {
            MayReadPast = part.MayReadPast == true,
        };
        return access.IsEmpty ? null : access;
    }

    private static string[] Names(string?[]? names) => [.. (names ?? []).Select(name => name ?? "")];

    private ChangePlace Place(long revision, int index) =>
        revision >= 1 && revision <= Revision && index is >= 0 and <= MaxIndex
            ? new(revision, index)
            : throw Invalid("it stands where the export's revision does not reach");

    private static ImmutableArray<T> Limited<T>(string[]? names, int limit, Func<string, T> parse)
        where T : struct
    {
        ImmutableArray<T> parsed = [.. Names(names).Select(parse).Distinct()];
        return parsed.Length <= limit ? parsed : throw Invalid("it names too many topics or agents");
    }

    // Stores keep whole microseconds.
    private static DateTimeOffset Moment(DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static MeshException Invalid(string why) => new(ErrorReason.ExportInvalid, why);
}
