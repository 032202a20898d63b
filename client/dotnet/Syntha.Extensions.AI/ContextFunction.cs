using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Microsoft.Extensions.AI;

using Syntha.Client;

namespace Syntha.Extensions.AI;

/// <summary>One tool of an agent: the server's definition, and the call that the server carries out.</summary>
internal sealed class ContextFunction(ToolHandler agent, ToolDefinition tool) : AIFunction
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };

    public override string Name => tool.Name;

    public override string Description => tool.Description;

    public override JsonElement JsonSchema => tool.Definition;

    // A refusal is a result as well: the model is told, and can correct its call. The server gets the arguments as the model gave them.
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        (await agent.HandleToolCallAsync(tool.Tool, ToJson(arguments), options: null, cancellationToken).ConfigureAwait(false)).Result;

    private static string ToJson(AIFunctionArguments arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            foreach (var (name, value) in arguments)
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value?.GetType() ?? typeof(object)));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
