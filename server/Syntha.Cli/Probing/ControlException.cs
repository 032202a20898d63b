namespace Syntha.Cli.Probing;

/// <summary>A rightful caller was not served, so that what the others did not get says nothing.</summary>
internal sealed class ControlException(string what) : Exception(what);
