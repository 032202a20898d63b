using Syntha.Mesh.Names;
using Syntha.Server.Admission;

namespace Syntha.Server.Tests.Admission;

/// <summary>What a connection that carries many users remembers of them.</summary>
public sealed class ConnectionCallersTests
{
    private readonly ConnectionCallers callers = new();

    [Fact]
    public void AUserTooMany_CostsAFewTheirPlaceAndNotAll()
    {
        Fill(0, 1_000);

        Fill(1_000, 1_001);

        Assert.InRange(Known(0, 1_000), 800, 999);
        Assert.NotNull(callers.Find(null, Name(1_000)));
    }

    [Fact]
    public void WhoCalls_StaysLongerThanWhoDoesNot()
    {
        Fill(0, 1_000);
        Fill(1_000, 1_001); // From here on it counts who calls.
        var active = Enumerable.Range(0, 1_000).Where(n => callers.Find(null, Name(n)) is not null).Take(300).ToList();
        callers.Find(null, Name(1_000));

        Fill(2_000, 2_200);

        Assert.All(active, n => Assert.NotNull(callers.Find(null, Name(n))));
    }

    [Fact]
    public void ManyUsers_AreNeverMoreThanTheBound()
    {
        for (var n = 0; n < 10_000; n++)
        {
            Fill(n, n + 1);
            Assert.InRange(callers.All.Count(), 1, 1_000);
        }
    }

    [Fact]
    public void CallersWithStreams_StayHoweverManyTheyAre()
    {
        for (var n = 0; n < 1_500; n++)
        {
            Fill(n, n + 1);
            callers.Find(null, Name(n))!.CountStream(1);
        }

        Fill(1_500, 4_000);

        Assert.Equal(1_500, Known(0, 1_500));
        Assert.InRange(callers.All.Count(), 1_500, 1_625);
    }

    private static string Name(int n) => $"user-{n}";

    private int Known(int from, int to) => Enumerable.Range(from, to - from).Count(n => callers.Find(null, Name(n)) is not null);

    private void Fill(int from, int to)
    {
        for (var n = from; n < to; n++)
        {
            callers.Add(null, Name(n), new(UserId.Trusted(Name(n)), null, "127.0.0.1:1", DateTimeOffset.UnixEpoch, NoServices.Instance));
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
