using System.Runtime.Versioning;

// File modes, signals and mounts are what some of these tests are about.
[assembly: UnsupportedOSPlatform("windows")]
