using Syntha.Storage.Audit;

namespace Syntha.Storage.Tests.Audit;

/// <summary>An entry's hash depends on the one before, so that whoever changes an entry, its own hash included, breaks the chain behind it.</summary>
public sealed class AuditHashTests
{
    private static readonly AuditEntry Entry = new() { Time = DateTimeOffset.UnixEpoch, Method = "ContextMesh/Push", User = "alice" };

    [Fact]
    public void Of_AnotherHashBefore_IsAnother()
    {
        var first = AuditHash.Of(AuditHash.Zero, "local", 1, Entry);
        var changed = AuditHash.Of(AuditHash.Zero, "local", 1, Entry with { User = "bob" });

        Assert.NotEqual(first, changed);
        Assert.NotEqual(AuditHash.Of(first, "local", 2, Entry), AuditHash.Of(changed, "local", 2, Entry));
        Assert.Equal(AuditHash.Of(first, "local", 2, Entry), AuditHash.Of(first, "local", 2, Entry));
    }
}
