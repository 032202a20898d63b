namespace Syntha.Server.Tests.Support;

/// <summary>
/// A folder that is removed after the test. It is in memory where the system offers that, for tests in which only processes die.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder() => Path = Directory.CreateDirectory(System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"syntha-attacks-{Guid.NewGuid():N}")).FullName;

    public string Path { get; }

    public string FileOf(string user) => System.IO.Path.Combine(Path, "users", user, "context.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
