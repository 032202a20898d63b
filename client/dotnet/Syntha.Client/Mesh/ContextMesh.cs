using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// One user's shared context, as its owner sees it: keys with JSON values, routed by topic, by agent name or to all, with a time to
/// live. Mirrors <c>ContextMesh</c> of the Python package <c>syntha</c>. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Where a method takes the name of an agent that acts, the call has that agent's view, author name and permissions. An empty name is
/// refused. Without a name the owner acts, who sees all. An agent may read an item that has not expired when the item is global (no
/// topics and no subscribers), or the agent is its author, or one of its subscribers, or is subscribed now to one of its topics.
/// </para>
/// <para>
/// Every write is durable when its task completes. It carries a request id, and the client retries it while the server is unavailable.
/// Every method throws <see cref="SynthaException"/> or one of its subclasses when the call fails,
/// <see cref="OperationCanceledException"/> when the token is cancelled, and <see cref="ArgumentException"/> for text that cannot
/// travel. A missing, expired or unreadable key is an answer and not an exception. When a write is cancelled, it is unknown whether it
/// took place.
/// </para>
/// </remarks>
public sealed partial class ContextMesh : IAsyncDisposable, IDisposable
{
    private readonly UserCalls calls;
    private readonly JsonSerializerOptions jsonOptions;
    private readonly SynthaClient client;
    private readonly bool ownsClient;

    /// <summary>
    /// The mesh of one user, over a connection of its own, to the server that the environment variable <c>SYNTHA_SERVER</c> names, or
    /// <c>http://127.0.0.1:50051</c>. Dispose it. A program that serves many users makes one <see cref="SynthaClient"/> instead.
    /// </summary>
    /// <param name="userId">The user, see <see cref="SynthaClient.ForUser"/>.</param>
    /// <exception cref="ArgumentException">The user id is empty or cannot travel as metadata.</exception>
    public ContextMesh(string userId)
        : this(userId, new SynthaClientOptions())
    {
    }

    /// <summary>The mesh of one user, over a connection of its own. Dispose it.</summary>
    /// <param name="userId">The user, see <see cref="SynthaClient.ForUser"/>.</param>
    /// <param name="options">How to reach the server.</param>
    /// <exception cref="ArgumentException">
    /// The user id is empty or cannot travel as metadata, or the options have faults.
    /// </exception>
    public ContextMesh(string userId, SynthaClientOptions options)
        : this(new SynthaClient(options), userId, ownsClient: true)
    {
    }

    internal ContextMesh(SynthaClient client, string userId, bool ownsClient)
    {
        calls = client.CallsFor(userId);
        jsonOptions = client.JsonSerializerOptions;
        this.client = client;
        this.ownsClient = ownsClient;
    }

    /// <summary>The user whose mesh this is.</summary>
    public string UserId => calls.UserId;

    internal UserCalls Calls => calls;

    internal JsonSerializerOptions JsonOptions => jsonOptions;

    /// <summary>An agent's access to this mesh. This costs nothing and makes no call.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8, without U+0000.</param>
    /// <returns>The agent's view.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ToolHandler ForAgent(string agentName) => new(this, agentName);

    /// <summary>Closes the connection when this mesh has one of its own. Otherwise it does nothing.</summary>
    public void Dispose()
    {
        if (ownsClient)
        {
            client.Dispose();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task: closing waits for nothing.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
