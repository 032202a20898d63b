using System.Reflection;
using Xunit.v3;

[assembly: Xunit.TestFramework(typeof(Syntha.Tests.Support.Watch.WatchedFramework))]

namespace Syntha.Tests.Support.Watch;

/// <summary>
/// The framework of xunit, with a watch for tests that hang. The test platform's own watch reports neither name nor place.
/// </summary>
/// <param name="configFileName">The name of xunit's configuration file; null: there is none.</param>
public sealed class WatchedFramework(string? configFileName) : XunitTestFramework(configFileName)
{
    private readonly string? configFileName = configFileName;

    // The same as the base class does, with another executor.
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return new WatchedExecutor(new XunitTestAssembly(assembly, configFilePath: configFileName, version: assembly.GetName().Version));
    }
}
