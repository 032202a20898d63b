using Syntha.Server.Audit;

namespace Syntha.Server.Tests.Audit;

/// <summary>Which lines of a log have a head of a chain. Callers choose names, and names are in logs.</summary>
public sealed class AuditLogTests
{
    private static readonly string Forged = $"Audit head: chain local sequence 900000000000000000 hash {new string('a', 64)}";

    private static readonly string Head = $"Audit head: chain local sequence 7 hash {new string('0', 64)}";

    public static TheoryData<string> RealLines { get; } = new(
        $"2026-11-29T22:40:41.000Z info: syntha_audit[3502] {Head}",
        $"info: syntha_audit[3502] {Head}",
        $"<6>syntha_audit[3502] {Head}",
        $"info: syntha_audit[3502]\n      {Head}",
        $$$"""{"Timestamp":"2026","EventId":3502,"LogLevel":"Information","Category":"syntha_audit","Message":"{{{Head}}}","State":{}}""");

    public static TheoryData<string> ForgedLines { get; } = new(
        $"2026-11-29T22:40:41.000Z warn: Syntha.Server.Streams.FeedStreams[3201] A stream of user alice, agent x {Forged}",
        $"2026-11-29T22:40:41.000Z warn: Syntha.Server.Streams.FeedStreams[3201] A stream of user alice, agent " +
        $"info: syntha_audit[3502] {Forged}",
        $"warn: Syntha.Server.Streams.FeedStreams[3201]\n      A stream of user alice, agent x\n      {Forged}",
        $"warn: Syntha.Server.Streams.FeedStreams[3201]\n      A stream, agent x\n      info: syntha_audit[3502]\n      {Forged}",
        $"info: syntha_audit[3501] Audit local 4: credential 'https://corp {Forged}",
        $"info: syntha_audit[3502] {Forged}, more",
        $"      {Forged}",
        Forged,
        $$$"""{"EventId":3201,"Category":"Syntha.Server.Streams.FeedStreams","Message":"A stream, agent x {{{Forged}}}"}""",
        $$$"""{"EventId":3501,"Category":"syntha_audit","Message":"{{{Forged}}}"}""",
        $$$"""{"EventId":3502,"Category":"other","Message":"{{{Forged}}}"}""",
        $$$"""{"EventId":"3502","Category":3,"Message":"{{{Forged}}}"}""",
        $$$"""{"Message":"{{{Forged}}}" """);

    [Theory]
    [MemberData(nameof(RealLines))]
    public void FindHeads_LineOfTheLog_HasItsHead(string lines)
    {
        var head = Assert.Single(AuditLog.FindHeads(lines.Split('\n')));

        Assert.Equal(("local", 7L), (head.Chain, head.Sequence));
    }

    [Theory]
    [MemberData(nameof(ForgedLines))]
    public void FindHeads_NameThatLooksLikeAHead_IsNone(string lines) => Assert.Empty(AuditLog.FindHeads(lines.Split('\n')));
}
