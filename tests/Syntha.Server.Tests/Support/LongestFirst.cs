using Syntha.Server.Tests.Faults;
using Syntha.Server.Tests.Nodes;
using Syntha.Server.Tests.Streams;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Syntha.Server.Tests.Support.LongestFirst))]

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Begins with the classes that take longest, so that a run does not end with one of them alone and a core without work. The others come in
/// another order each time, as with xunit's own.
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

    // A class without a collection of its own has one that bears its name.
    private static bool IsLong(ITestCollection collection) =>
        Longest.Any(type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));
}
