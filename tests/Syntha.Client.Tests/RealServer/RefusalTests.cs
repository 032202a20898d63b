namespace Syntha.Client.Tests.RealServer;

/// <summary>A refusal of the real server arrives as the exception that the documentation names.</summary>
public sealed class RefusalTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_KeyExists_TellsItsRevision()
    {
        var receipt = await mesh.PushAsync("k", 1, cancellationToken: Token);

        var thrown = await Assert.ThrowsAsync<SynthaConflictException>(() => mesh.PushAsync("k", 2, new() { IfRevision = 0 }, Token));

        Assert.Equal((ErrorReason.KeyExists, receipt.Position.Revision), (thrown.Reason, thrown.CurrentRevision));
    }

    [Fact]
    public async Task Push_RevisionMismatch_TellsBothRevisions()
    {
        var thrown = await Assert.ThrowsAsync<SynthaConflictException>(() => mesh.PushAsync("k", 2, new() { IfRevision = 9 }, Token));

        Assert.Equal((ErrorReason.RevisionMismatch, 9L, 0L), (thrown.Reason, thrown.ExpectedRevision, thrown.CurrentRevision));
    }

    [Fact]
    public async Task PushJson_Broken_TellsLineAndColumn()
    {
        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => mesh.PushJsonAsync("k", "{\n  \"a\": tru }", cancellationToken: Token));

        Assert.Equal((ErrorReason.JsonInvalid, 2L), (thrown.Reason, thrown.Line));
        Assert.NotNull(thrown.Column);
        Assert.NotEmpty(thrown.FieldViolations);
    }

    [Fact]
    public async Task Push_ValueTooLarge_TellsTheLimit()
    {
        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => mesh.PushAsync("k", new string('x', 1280 * 1024), cancellationToken: Token));

        Assert.Equal((ErrorReason.ValueTooLarge, 1280L * 1024, 1280L * 1024 + 2), (thrown.Reason, thrown.Limit, thrown.Actual));
    }

    [Theory]
    [InlineData(3_500_000)]
    [InlineData(20_000_000)]
    public async Task Push_MessageTooLarge_IsRefusedByName_AndTheConnectionGoesOn(int size)
    {
        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => mesh.PushAsync("k", new string('x', size), cancellationToken: Token));

        Assert.Equal(ErrorReason.RequestTooLarge, thrown.Reason);
        await mesh.PushAsync("k", 1, cancellationToken: Token);
        Assert.Equal(1, await mesh.GetAsync<int>("k", cancellationToken: Token));
    }

    [Fact]
    public async Task PushMany_OneEntryInvalid_TellsWhich()
    {
        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(() => mesh.PushManyAsync(
            [PushEntry.From("a", 1), PushEntry.From("nul\0", 1)], cancellationToken: Token));

        Assert.Equal(ErrorReason.KeyInvalid, thrown.Reason);
        Assert.StartsWith("items[1]", Assert.Single(thrown.FieldViolations).Field, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyCall_EmptyAgentName_IsNotTheOwner()
    {
        await mesh.PushAsync("k", 1, cancellationToken: Token);

        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(() => mesh.GetAsync("k", agentName: "", Token));

        Assert.Equal(ErrorReason.AgentInvalid, thrown.Reason);
    }

    [Fact]
    public async Task AnyCall_UserIdBeyondThePattern_IsRefused()
    {
        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => shared.Server.Client.ForUser("../alice").GetAsync("k", cancellationToken: Token));

        Assert.Equal(ErrorReason.UserIdMalformed, thrown.Reason);
    }

    [Fact]
    public async Task Push_RequestIdRepeated_ChangesNothing_AndOtherContentIsRefused()
    {
        var options = new PushOptions { RequestId = Guid.NewGuid() };
        var first = await mesh.PushAsync("k", 1, options, Token);

        var second = await mesh.PushAsync("k", 1, options, Token);

        Assert.Equal((first.Position, true), (second.Position, second.Replayed));
        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(() => mesh.PushAsync("k", 2, options, Token));
        Assert.Equal(ErrorReason.RequestIdReused, thrown.Reason);
    }
}
