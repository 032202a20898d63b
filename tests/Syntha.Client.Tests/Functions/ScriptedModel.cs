using Microsoft.Extensions.AI;

namespace Syntha.Client.Tests.Functions;

/// <summary>A model that answers by a script, one turn after the other, and keeps the messages that it got.</summary>
internal sealed class ScriptedModel(params AIContent[] turns) : IChatClient
{
    private int turn;

    public List<FunctionResultContent> Results { get; } = [];

    /// <summary>The options of the last turn.</summary>
    public ChatOptions? Options { get; private set; }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Options = options;
        Results.Clear();
        Results.AddRange(messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>());
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [turns[turn++]])));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
