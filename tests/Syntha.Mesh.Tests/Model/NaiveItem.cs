namespace Syntha.Mesh.Tests.Model;

internal sealed record NaiveItem(
    string Key, string Value, string? Author, string[] Topics, string[] Subscribers, DateTimeOffset? ExpiresAt, long Revision)
{
    public long Bytes =>
        new[] { Key, Value, Author ?? "" }.Concat(Topics).Concat(Subscribers).Sum(text => Encoding.UTF8.GetByteCount(text));
}

/// <summary>The result of a step.</summary>
internal sealed record NaiveAnswer(
    ErrorReason? Refusal = null, long Items = 0, long Agents = 0, string Topics = "", bool Changed = true, string? Result = null)
{
    public long Revision { get; init; }

    public bool IsReplay { get; init; }
}
