using Microsoft.Extensions.Options;
using Syntha.Server.Encryption;
using Syntha.Storage.Encryption;

namespace Syntha.Server.Tests.Encryption;

/// <summary>
/// Servers share a key ring. Each knows the keys of the others at once, also when they start together on an empty folder.
/// </summary>
public sealed class MasterKeyRingTests
{
    [Fact]
    public async Task Wrap_ByServersThatStartTogetherOnAnEmptyFolder_AgreesOnOneKey()
    {
        for (var round = 0; round < 12; round++)
        {
            using var folder = new ScratchFolder();
            var rings = Enumerable.Range(0, 6).Select(_ => RingIn(folder)).ToList();
            using var together = new Barrier(rings.Count);

            var wrapped = await Task.WhenAll(rings.Select(ring => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    return ring.Wrap("p", [1, 2, 3]);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.All(rings, ring => Assert.All(wrapped, each => Assert.Equal([1, 2, 3], ring.Unwrap("p", each))));
            Assert.Single(rings.Select(ring => KeyOf(ring.Wrap("p", []))).Distinct());
        }
    }

    [Fact]
    public async Task Wrap_AfterAKeyWasAddedToTheRing_UsesItAtOnce()
    {
        await using var store = await EncryptedStore.CreateAsync();
        var ring = Open(store.Ring);
        var before = ring.Wrap("p", [1]);

        store.AddRingKey();

        var after = ring.Wrap("p", [2]);
        Assert.NotEqual(KeyOf(before), KeyOf(after));
        Assert.Equal([1], ring.Unwrap("p", before));
        Assert.Equal([2], Open(store.Ring).Unwrap("p", after));
    }

    [Fact]
    public void Unwrap_WhenTheFolderIsGoneOrAnotherOne_GoesOnWithTheRingInMemory()
    {
        using var folder = new ScratchFolder();
        var ring = RingIn(folder);
        var wrapped = ring.Wrap("p", [1]);
        Assert.Equal([1], ring.Unwrap("p", wrapped));

        Directory.Delete(Path.Combine(folder.Path, "ring"), recursive: true);
        Assert.Equal([1], ring.Unwrap("p", wrapped));
        Directory.CreateDirectory(Path.Combine(folder.Path, "ring"));
        Assert.Equal([1], ring.Unwrap("p", wrapped));
        RingIn(folder).Wrap("p", []);

        Assert.Equal([1], ring.Unwrap("p", wrapped));
    }

    private static MasterKey RingIn(ScratchFolder folder) => Open(Path.Combine(folder.Path, "ring"));

    private static MasterKey Open(string path) => new MasterKeyRing(Options.Create(new EncryptionOptions { KeyRingPath = path })).Key!;

    // The platform's form begins with four bytes, and then names the key of the ring.
    private static Guid KeyOf(byte[] wrapped) => new(wrapped.AsSpan(4, 16));
}
