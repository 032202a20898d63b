namespace Syntha.Server.Tests.Wire;

/// <param name="Name">What is wrong with it.</param>
/// <param name="Reason">Why it must be refused.</param>
/// <param name="Field">How the field at fault begins; null: no single one.</param>
/// <param name="Call">Makes the call.</param>
internal sealed record RefusedCall(string Name, ErrorReason Reason, string? Field, Func<TestUser, object> Call)
{
    /// <summary>Makes it and returns what gRPC threw.</summary>
    public async Task<RpcException> ThrownAsync(TestUser user) =>
        await Assert.ThrowsAsync<RpcException>(() => (Task)((dynamic)Call(user)).ResponseAsync);
}
