using System.Reflection;
using Xunit.v3;

[assembly: Xunit.TestFramework(typeof(Syntha.Tests.Support.Watch.WatchedFramework))]

namespace Syntha.Tests.Support.Watch;

/// <summary>xunit's own, with a watch for tests that hang: the one of the test platform tells neither name nor place.</summary>
/// <param name="configFileName">Of xunit's configuration file, if there is one.</param>
public sealed class WatchedFramework(string? configFileName) : XunitTestFramework(configFileName)
{
    private readonly string? configFileName = configFileName;

    // As the base class does it.
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return new WatchedExecutor(new XunitTestAssembly(assembly, configFilePath: configFileName, version: assembly.GetName().Version));
    }
}
