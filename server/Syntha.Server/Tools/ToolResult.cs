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

    /// <param name="message">A sentence that says what happened.</param>
    /// <param name="tell">Writes the other members.</param>
    public static ToolResult Success(string message, Action<Utf8JsonWriter> tell) => Of(isSuccess: true, "message", message, tell);

    /// <param name="error">Why the call is refused.</param>
    /// <param name="tell">Writes the members that help to make a better call.</param>
    public static ToolResult Refusal(string error, Action<Utf8JsonWriter>? tell = null) => Of(isSuccess: false, "error", error, tell);

    // Tools keep their results short enough, except when names are mostly escapes. Such a result has the sentence alone.
    private static ToolResult Of(bool isSuccess, string sentence, string text, Action<Utf8JsonWriter>? tell) =>
        Written(isSuccess, sentence, text, tell) is { } whole && whole.WrittenCount <= PageLimits.MaxBytes
            ? new(Encoding.UTF8.GetString(whole.WrittenSpan), isSuccess)
            : new(
                Encoding.UTF8.GetString(Written(isSuccess, sentence, Short(text), json => json.WriteBoolean("is_cut", true)).WrittenSpan),
                isSuccess);

    private static string Short(string text) => text.Length <= 1000 ? text : string.Concat(text.AsSpan(0, 1000), "…");

    private static ArrayBufferWriter<byte> Written(bool isSuccess, string sentence, string text, Action<Utf8JsonWriter>? tell)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteBoolean("success", isSuccess);
            json.WriteString(sentence, text);
            tell?.Invoke(json);
            json.WriteEndObject();
        }
        return buffer;
    }
}
