using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Syntha.Server.Doors;
using Syntha.Server.Wire;

namespace Syntha.Server.Http;

/// <summary>
/// Answers a request that failed, as RFC 9457 says: what happened, the contract's reason, and what to do about it in words of HTTP.
/// </summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext http, CallFailure failure)
    {
        var status = StatusOf(failure);
        if (status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (failure.RetryAfter is { } delay)
        {
            http.Response.Headers.RetryAfter = Seconds(delay).ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, status, Write(failure));
    }

    /// <summary>Answers a request that failed before there was a call.</summary>
    public static Task WriteAsync(HttpContext http, int status, string detail, string remedy) =>
        WriteAsync(http, status, Write(status, detail, remedy, static _ => { }));

    /// <summary>The problem as JSON.</summary>
    public static ReadOnlyMemory<byte> Write(CallFailure failure) => Write(
        StatusOf(failure), failure.Message,
        failure.Reason is { } reason ? RemedyOf(reason) : "Repeat the request later, or ask the operator for the server's log.",
        json =>
        {
            if (failure.Reason is { } known)
            {
                json.WriteString("reason", StatusMapper.NameOf(known));
            }

            if (failure.Field is { } field)
            {
                json.WriteString("field", field);
            }

            if (failure.RetryAfter is { } delay)
            {
                json.WriteNumber("retry_after", Seconds(delay));
            }

            json.WriteStartObject("metadata");
            foreach (var (name, value) in failure.Metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        });

    /// <summary>What the contract says to do, with the names that HTTP has for it.</summary>
    public static string RemedyOf(ErrorReason reason) => reason == ErrorReason.MessageMalformed
        ? "Send the request as /openapi/v1.json describes it."
        : ContractComments.RemedyOf(StatusMapper.NameOf(reason))
            .Replace("RetryInfo", "`Retry-After`", StringComparison.Ordinal)
            .Replace("`request_id`", "`Idempotency-Key`", StringComparison.Ordinal)
            .Replace("the violation", "`field`", StringComparison.Ordinal);

    private static int StatusOf(CallFailure failure) =>
        failure.Reason is { } reason ? ReasonStatus.Of(reason) : ReasonStatus.Of(failure.Code);

    // Whole seconds, and never too few.
    private static long Seconds(TimeSpan delay) => (long)Math.Ceiling(delay.TotalSeconds);

    private static ReadOnlyMemory<byte> Write(int status, string detail, string remedy, Action<Utf8JsonWriter> more)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
        json.WriteNumber("status", status);
        json.WriteString("detail", detail);
        json.WriteString("remedy", remedy);
        more(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static async Task WriteAsync(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, CancellationToken.None);
    }
}
