namespace Syntha.Cli.Probing;

/// <summary>A caller received data of another user or agent, or changed it.</summary>
internal sealed class LeakException(string what) : Exception(what);
