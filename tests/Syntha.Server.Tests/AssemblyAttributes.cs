using System.Runtime.Versioning;

// Some of these tests are about file modes, signals and mounts.
[assembly: UnsupportedOSPlatform("windows")]
