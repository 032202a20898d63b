namespace Syntha.Cli.Probing;

/// <summary>One attempt to reach something that the attacker must not reach.</summary>
/// <param name="Name">The attempt.</param>
/// <param name="Control">
/// A call that the rightful caller makes meanwhile and that must succeed. Without it a server that refuses everything would pass.
/// </param>
/// <param name="RunAsync">
/// Makes the attempt. It throws <see cref="LeakException"/> when the attempt succeeds. Any other exception means that the attempt could
/// not be made.
/// </param>
/// <param name="NeedsCredentials">Whether the attempt makes sense only on a server with credentials.</param>
internal sealed record Attack(string Name, string Control, Func<Probe, Task> RunAsync, bool NeedsCredentials = false);
