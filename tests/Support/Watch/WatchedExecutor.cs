using System.Globalization;
using Xunit.Sdk;
using Xunit.v3;

namespace Syntha.Tests.Support.Watch;

/// <summary>Runs the tests as xunit does, and watches them.</summary>
internal sealed class WatchedExecutor(IXunitTestAssembly testAssembly) : XunitTestFrameworkExecutor(testAssembly)
{
    // In seconds. The longest test takes one minute. The limit is eight minutes, because other programs may share the machine.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("SYNTHA_TESTS_LIMIT") ?? "480", CultureInfo.InvariantCulture));

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public override async ValueTask RunTestCases(
        IReadOnlyCollection<IXunitTestCase> testCases,
        IMessageSink executionMessageSink,
        ITestFrameworkExecutionOptions executionOptions,
        CancellationToken cancellationToken)
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watch = new HangWatch(executionMessageSink, Limit, Grace, cancelling);
        await base.RunTestCases(testCases, watch, executionOptions, cancelling.Token);
    }
}
