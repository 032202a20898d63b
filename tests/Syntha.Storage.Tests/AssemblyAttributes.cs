using System.Runtime.Versioning;

// File modes, symbolic links, descriptors and system calls are tested on systems that have them.
[assembly: UnsupportedOSPlatform("windows")]
