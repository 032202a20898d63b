using System.Runtime.Versioning;

// File modes, symbolic links, descriptors and system calls are tested where they exist.
[assembly: UnsupportedOSPlatform("windows")]
