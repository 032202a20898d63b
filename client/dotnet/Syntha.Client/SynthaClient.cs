using System.Text.Json;

using Grpc.Net.Client;

using Microsoft.Extensions.Logging;

namespace Syntha.Client;

/// <summary>
/// A connection to a Syntha server. Thread-safe: make one for the whole application. It connects at the first call, and connects again
/// by itself. Disposing it ends the calls that are under way.
/// </summary>
public sealed class SynthaClient : IAsyncDisposable, IDisposable
{
    private readonly GrpcChannel channel;
    private readonly StreamChannel streams;
    private readonly SynthaClientOptions options;
    private readonly ServerCalls calls;

    /// <summary>
    /// A client for the server that the environment variable <c>SYNTHA_SERVER</c> names, or for <c>http://127.0.0.1:50051</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The variable does not hold an address.</exception>
    public SynthaClient()
        : this(new SynthaClientOptions())
    {
    }

    /// <summary>A client for the server at the address, with default options.</summary>
    /// <param name="address"><c>http://host:port</c>, <c>https://host:port</c>, or <c>host:port</c>, which stands for the first.</param>
    /// <exception cref="ArgumentException">The text is no address.</exception>
    public SynthaClient(string address)
        : this(new SynthaClientOptions { Address = address })
    {
    }

    /// <summary>A client with the given options.</summary>
    /// <param name="options">The options. Later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">The options have faults. The message names all of them.</exception>
    public SynthaClient(SynthaClientOptions options)
        : this(options, fallbackLoggerFactory: null)
    {
    }

    internal SynthaClient(SynthaClientOptions options, ILoggerFactory? fallbackLoggerFactory)
    {
        SynthaClientOptionsValidator.ThrowIfFaulty(options, nameof(options));
        this.options = options.Copy();
        Address = ServerAddress.Find(options.Address)!;
        var loggerFactory = options.LoggerFactory ?? fallbackLoggerFactory;
        channel = GrpcChannels.Open(Address, this.options, loggerFactory);
        streams = new(() => GrpcChannels.Open(Address, this.options, loggerFactory));
        calls = new(channel.CreateCallInvoker(), streams, Address, this.options);
    }

    /// <summary>The server's address.</summary>
    public Uri Address { get; }

    /// <summary>
    /// The mesh of one user. This costs nothing, makes no call and needs no disposal. The mesh works as long as this client does.
    /// </summary>
    /// <param name="userId">
    /// The user: by default 1 to 128 of the characters <c>A-Z a-z 0-9 . _ @ | -</c>, case-sensitive. The server's pattern decides at
    /// the first call.
    /// </param>
    /// <returns>The owner's view of the user's mesh.</returns>
    /// <exception cref="ArgumentException">The user id is empty or cannot travel as metadata.</exception>
    public ContextMesh ForUser(string userId) => new(this, userId, ownsClient: false);

    /// <summary>Tells the server's version, the features that are switched on, and its limits. Any credential opens this call.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What the server says about itself.</returns>
    /// <exception cref="SynthaException">The call failed, for example because the credential is not valid.</exception>
    public async Task<ServerInfo> GetServerInfoAsync(CancellationToken cancellationToken = default) => ServerInfo.From(
        await calls.CallAsync(
            new V1.Discovery.DiscoveryClient(calls.Invoker).GetServerInfoAsync,
            new V1.GetServerInfoRequest(),
            headers: null,
            requestId: null,
            cancellationToken).ConfigureAwait(false));

    internal JsonSerializerOptions JsonSerializerOptions => options.JsonSerializerOptions;

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        streams.Dispose();
        channel.Dispose();
    }

    /// <summary>Closes the connections.</summary>
    /// <returns>A completed task: closing waits for nothing.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal UserCalls CallsFor(string userId) => new(calls, userId);
}
