using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Syntha.Mesh.Reading;

namespace Syntha.Server.Tools;

/// <summary>The result for a model: a JSON object with `success`. A refusal says how to make a better call.</summary>
/// <param name="Json">The JSON object.</param>
/// <param name="IsSuccess">The value of `success`.</param>
internal sealed record ToolResult(string Json, bool IsSuccess)
{
    // Relaxed, because no result becomes part of a web page, and each \u00e9 would cost a model several tokens. Deep, because values alone
    // may nest 64 levels.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 256,
    };

    // A thread keeps its buffer for the next result. A larger one is not kept.
    private const int MostKeptBytes = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? KeptBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? KeptWriter;

    /// <param name="message">A sentence that says what happened.</param>
    /// <param name="tell">Writes the other members.</param>
    public static ToolResult Success(string message, Action<Utf8JsonWriter> tell) => Of(isSuccess: true, "message", message, tell);

    /// <param name="error">Why the call is refused.</param>
    /// <param name="tell">Writes the members that help to make a better call.</param>
    public static ToolResult Refusal(string error, Action<Utf8JsonWriter>? tell = null) => Of(isSuccess: false, "error", error, tell);

    // Tools keep their results short enough, except when names are mostly escapes. Such a result has the sentence alone.
    private static ToolResult Of(bool isSuccess, string sentence, string text, Action<Utf8JsonWriter>? tell) => new(
        Write(isSuccess, sentence, text, tell) ?? Write(isSuccess, sentence, Short(text), json => json.WriteBoolean("is_cut", true))!,
        isSuccess);

    private static string Short(string text) => text.Length <= 1000 ? text : string.Concat(text.AsSpan(0, 1000), "…");

    // Null: it is too long. The buffer is taken while it is in use, so that a fault leaves nothing of a result behind.
    private static string? Write(bool isSuccess, string sentence, string text, Action<Utf8JsonWriter>? tell)
    {
        var buffer = KeptBuffer ?? new(512);
        var json = KeptWriter ?? new(buffer, Options);
        (KeptBuffer, KeptWriter) = (null, null);
        json.WriteStartObject();
        json.WriteBoolean("success", isSuccess);
        json.WriteString(sentence, text);
        tell?.Invoke(json);
        json.WriteEndObject();
        json.Flush();
        var written = buffer.WrittenCount <= PageLimits.MaxBytes ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null;
        if (buffer.Capacity <= MostKeptBytes)
        {
            buffer.ResetWrittenCount();
            json.Reset();
            (KeptBuffer, KeptWriter) = (buffer, json);
        }

        return written;
    }
}
