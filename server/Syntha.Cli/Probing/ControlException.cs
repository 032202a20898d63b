namespace Syntha.Cli.Probing;

/// <summary>A rightful call did not succeed. The refusal of the attack then proves nothing.</summary>
internal sealed class ControlException(string what) : Exception(what);
