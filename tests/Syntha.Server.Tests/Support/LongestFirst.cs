using Syntha.Server.Tests.Faults;
using Syntha.Server.Tests.Nodes;
using Syntha.Server.Tests.Streams;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Syntha.Server.Tests.Support.LongestFirst))]

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Runs the longest classes first, so that a run does not end with one of them alone and an idle core. The others come in another order
/// each time, as with xunit's own orderer.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Longest =
        [typeof(NodeFaultTests), typeof(PlantedBugTests), typeof(BrokenConnectionTests), typeof(KillTests), typeof(ClientStreamTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
    {
        var shuffled = testCollections.ToArray();
        Random.Shared.Shuffle(shuffled);
        return [.. shuffled.OrderBy(collection => !IsLong(collection))];
    }

    // A class without its own collection has one that is named after it.
    private static bool IsLong(ITestCollection collection) =>
        Longest.Any(type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));
}
