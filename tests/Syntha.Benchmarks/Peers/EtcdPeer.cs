using System.Globalization;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Peers;

/// <summary>One etcd with its defaults. It syncs every write, as always.</summary>
internal sealed class EtcdPeer(BenchmarkRun run, ServerProcess server) : GrpcPeer(run, server)
{
    public const string Program = "etcd";

    public override GrpcRequest Watch => EtcdMessages.Watch(firstKey: "item/", endKey: "item0");

    public static async Task<IPeer> StartAsync(BenchmarkRun run, string dataFolder, CancellationToken cancellationToken)
    {
        var server = await ServerProcess.StartAsync(
            run.Probe,
            EtcdMessages.Get("first"),
            Program,
            (clientPort, peerPort) => ArgumentsFor(dataFolder, Address(clientPort), Address(peerPort)),
            [],
            cancellationToken);
        return new EtcdPeer(run, server);

        static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
    }

    public override GrpcRequest Get(string key) => EtcdMessages.Get(key);

    public override GrpcRequest Put(string key, string value) => EtcdMessages.Put(key, value);

    public override int CountChanges(ReadOnlySpan<byte> message) => StreamMessages.CountFields(message, EtcdMessages.Events);

    public override int ReadChanges(ReadOnlySpan<byte> message, Action<string> changed)
    {
        var keys = EtcdMessages.KeysOfEvents(message.ToArray());
        keys.ForEach(changed);
        return keys.Count;
    }

    public override async Task FillAsync(int items, int valueBytes, CancellationToken cancellationToken)
    {
        // The most writes that etcd takes in one transaction by default are 128.
        const int WritesPerCall = 100;
        foreach (var numbers in Enumerable.Range(0, items).Chunk(WritesPerCall))
        {
            await Run.Probe.ConfirmAsync(
                Server.Address,
                EtcdMessages.PutAll(numbers.Select(number => (MeshCalls.Key(number), BenchmarkValue.Of(number, valueBytes)))),
                cancellationToken);
        }
    }

    private static string[] ArgumentsFor(string dataFolder, string clients, string peers) =>
    [
        "--data-dir", dataFolder,
        "--listen-client-urls", clients, "--advertise-client-urls", clients,
        "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", $"default={peers}",
    ];
}
