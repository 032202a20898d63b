namespace Syntha.Client.Testing;

/// <summary>The clients that one test server has made. They are disposed with it. Thread-safe.</summary>
internal sealed class ClientsOfOneServer : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<SynthaClient> clients = [];

    public void Dispose()
    {
        lock (gate)
        {
            clients.ForEach(client => client.Dispose());
            clients.Clear();
        }
    }

    internal SynthaClient Keep(SynthaClient client)
    {
        lock (gate)
        {
            clients.Add(client);
        }

        return client;
    }
}
