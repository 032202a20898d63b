namespace Syntha.Cli.Probing;

/// <summary>One way to get at what is another's.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Control">What the rightful caller must be able to do meanwhile: without it a server that refuses everything would pass.</param>
/// <param name="RunAsync">Tries it. Throws <see cref="LeakException"/> where it worked; whatever else it throws means that it could not be tried.</param>
/// <param name="NeedsCredentials">Whether it is about credentials.</param>
internal sealed record Attack(string Name, string Control, Func<Stage, Task> RunAsync, bool NeedsCredentials = false);
