namespace Syntha.Cli.Probing;

/// <summary>Somebody got what is not theirs.</summary>
internal sealed class LeakException(string what) : Exception(what);
