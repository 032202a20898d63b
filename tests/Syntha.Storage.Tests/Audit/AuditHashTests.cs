using Syntha.Storage.Audit;

namespace Syntha.Storage.Tests.Audit;

/// <summary>
/// The hash of an entry depends on the one before it. So a changed entry breaks the chain after it, even if its own hash was changed too.
/// </summary>
public sealed class AuditHashTests
{
    private static readonly AuditEntry Entry = new() { Time = DateTimeOffset.UnixEpoch, Method = "ContextMesh/Push", User = "alice" };

    [Fact]
    public void Of_OtherCommands_IsAnother()
    {
        var entry = Entry with { Calls = 2, Revision = 2, Commands = [new(1, 10, 1), new(2, 20, 1)] };
        IReadOnlyList<LoggedCommand>[] others =
            [[], [new(1, 10, 1)], [new(2, 20, 1), new(1, 10, 1)], [new(1, 11, 1), new(2, 19, 1)], [new(1, 10, 2), new(2, 20, 0)]];

        var hash = Of(entry);

        Assert.All(others, commands => Assert.NotEqual(hash, Of(entry with { Commands = commands })));

        static byte[] Of(AuditEntry entry) => AuditHash.Of(AuditHash.Zero, "local", 1, entry);
    }

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
