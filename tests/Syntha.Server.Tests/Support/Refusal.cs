using System.Text.RegularExpressions;
using Google.Rpc;

namespace Syntha.Server.Tests.Support;

/// <summary>A call that must be refused, and the promises of every refusal.</summary>
internal sealed partial record Refusal(RpcException Thrown, ErrorInfo Info, string? Field)
{
    /// <summary>
    /// Checks the reason, its status, the domain, the details that belong to the status, and that the text shows nothing of the inside.
    /// </summary>
    public static async Task<Refusal> OfAsync<T>(ErrorReason reason, AsyncUnaryCall<T> call)
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        return Of(reason, thrown);
    }

    public static Refusal Of(ErrorReason reason, RpcException thrown)
    {
        var status = thrown.GetRpcStatus();
        Assert.True(status is not null, $"{reason} was expected, but this has no details: {thrown}");
        var info = Assert.Single(status.Details, detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal(("syntha", NameOf(reason), StatusOf(reason)), (info.Domain, info.Reason, thrown.StatusCode));
        AssertNothingOfTheInside(thrown.Status.Detail);
        Assert.All(info.Metadata.Values, AssertNothingOfTheInside);

        var violation = status.GetDetail<BadRequest>()?.FieldViolations.Single();
        Assert.Equal(thrown.StatusCode == StatusCode.InvalidArgument, violation is not null);
        if (thrown.StatusCode == StatusCode.Unavailable)
        {
            Assert.True(status.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan() > TimeSpan.Zero, "There is no hint when to try again.");
        }

        return new(thrown, info, violation?.Field);
    }

    public static string NameOf(ErrorReason reason) => WordStart().Replace(reason.ToString(), "_").ToUpperInvariant();

    // The details that error.proto names at each reason.
    public static StatusCode StatusOf(ErrorReason reason) => (int)reason switch
    {
        < 200 => StatusCode.Unauthenticated,
        < 300 => StatusCode.PermissionDenied,
        < 400 => StatusCode.InvalidArgument,
        401 or 403 => StatusCode.AlreadyExists,
        402 or 405 or 406 or 407 => StatusCode.Aborted,
        404 or 408 => StatusCode.NotFound,
        < 600 => StatusCode.OutOfRange,
        < 700 => StatusCode.FailedPrecondition,
        < 800 => StatusCode.ResourceExhausted,
        < 900 => StatusCode.Unavailable,
        _ => StatusCode.DataLoss,
    };

    private static void AssertNothingOfTheInside(string text) => Assert.DoesNotMatch(Inside(), text);

    [GeneratedRegex(
        @"/(dev|tmp|home|root|data|users)\b|\.db\b|\b(SELECT|INSERT|UPDATE|PRAGMA) |SQLite|Exception|\bat Syntha|\.cs\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Inside();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();
}
