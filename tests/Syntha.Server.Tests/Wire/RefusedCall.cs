namespace Syntha.Server.Tests.Wire;

/// <param name="Name">The fault of the call.</param>
/// <param name="Reason">The reason that the refusal must have.</param>
/// <param name="Field">The beginning of the field at fault; null: no single field.</param>
/// <param name="Call">Makes the call.</param>
internal sealed record RefusedCall(string Name, ErrorReason Reason, string? Field, Func<TestUser, object> Call)
{
    /// <summary>Makes the call and returns gRPC's exception.</summary>
    public async Task<RpcException> ThrownAsync(TestUser user) =>
        await Assert.ThrowsAsync<RpcException>(() => (Task)((dynamic)Call(user)).ResponseAsync);
}
