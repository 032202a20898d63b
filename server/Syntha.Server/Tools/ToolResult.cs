using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Syntha.Mesh.Reading;

namespace Syntha.Server.Tools;

/// <summary>What a model is told: a JSON object with `success`. A refusal says what to do better.</summary>
/// <param name="Json">The object.</param>
/// <param name="IsSuccess">Its `success`.</param>
internal sealed record ToolResult(string Json, bool IsSuccess)
{
    // Nothing here becomes part of a page, and each \u00e9 would cost a model several tokens. Values may nest 64 deep themselves.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 256,
    };

    /// <param name="message">What happened, in a sentence.</param>
    /// <param name="tell">Writes what else there is to tell.</param>
    public static ToolResult Success(string message, Action<Utf8JsonWriter> tell) => Of(isSuccess: true, "message", message, tell);

    /// <param name="error">Why.</param>
    /// <param name="tell">Writes what helps to do better.</param>
    public static ToolResult Refusal(string error, Action<Utf8JsonWriter>? tell = null) => Of(isSuccess: false, "error", error, tell);

    // Whoever fills a result keeps it short enough, but for names that are mostly escapes: then the sentence must do.
    private static ToolResult Of(bool isSuccess, string sentence, string text, Action<Utf8JsonWriter>? tell) =>
        Written(isSuccess, sentence, text, tell) is { } whole && whole.WrittenCount <= PageLimits.MaxBytes
            ? new(Encoding.UTF8.GetString(whole.WrittenSpan), isSuccess)
            : new(Encoding.UTF8.GetString(Written(isSuccess, sentence, Short(text), json => json.WriteBoolean("is_cut", true)).WrittenSpan), isSuccess);

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
