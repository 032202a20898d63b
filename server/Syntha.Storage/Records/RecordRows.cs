using Syntha.Mesh.Quotas;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Records;

/// <summary>A row of <c>api_keys</c>, as Dapper reads it.</summary>
internal sealed record ApiKeyRow(
    string Id, byte[] Hash, string? UserId, string? Agent, string? Role, string Label, long CreatedAt, long? ExpiresAt, long? RevokedAt)
{
    public ApiKeyRecord ToRecord() => new(
        Id, Hash, UserId is null ? null : Mesh.Names.UserId.Trusted(UserId), Agent is null ? null : AgentName.Trusted(Agent), Role, Label,
        StoredTime.FromMicroseconds(CreatedAt), Moment(ExpiresAt), Moment(RevokedAt));

    private static DateTimeOffset? Moment(long? microseconds) => microseconds is { } at ? StoredTime.FromMicroseconds(at) : null;
}

/// <summary>The columns of <c>record_head</c> about encryption.</summary>
internal sealed record MarkRow(string? Text, long Complete)
{
    public EncryptionMark? ToMark() => Text is null ? null : new(Text, Complete != 0);
}

/// <summary>A row of <c>erasures</c>.</summary>
internal sealed record ErasureRow(byte[] UserHash, long ErasedAt)
{
    public ErasureRecord ToRecord() => new(UserHash, StoredTime.FromMicroseconds(ErasedAt));
}

/// <summary>A row of <c>quotas</c>.</summary>
internal sealed record QuotaRow(
    string UserId, long? MaxItems, long? MaxBytes, long? MaxAgents, long? MaxTopics, long? MaxStreams, long? MaxValueBytes,
    long? CallsPerSecond)
{
    public QuotaRecord ToRecord()
    {
        var quotas = new QuotaOverride
        {
            MaxItems = MaxItems,
            MaxBytes = MaxBytes,
            MaxAgents = MaxAgents,
            MaxTopics = MaxTopics,
            MaxStreams = MaxStreams,
            MaxValueBytes = MaxValueBytes,
        };
        return new(Mesh.Names.UserId.Trusted(UserId), quotas, CallsPerSecond);
    }
}
