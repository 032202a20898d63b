using Syntha.Client;

namespace Syntha.Examples.UserIsolation.Verification;

/// <summary>What the checks found: a line for each, and how many failed.</summary>
internal sealed class Findings(TextWriter output)
{
    internal int Checks { get; private set; }

    internal int Violations { get; private set; }

    /// <param name="holds">Whether it is as it should be.</param>
    /// <param name="claim">What is claimed, as a sentence that is true when it holds.</param>
    /// <param name="instead">What was found instead.</param>
    internal void Check(bool holds, string claim, string instead)
    {
        Checks++;
        Violations += holds ? 0 : 1;
        output.WriteLine(holds ? $"✅ {claim}" : $"❌ VIOLATION: not true that: {claim} ({instead})");
    }

    /// <summary>
    /// Does what an isolated user can do without being refused anything. On a server that mixes users up, one user's agent runs into
    /// items of another's: that the server then refuses it is a violation as well. A server that cannot be reached is not.
    /// </summary>
    internal async Task GuardAsync(string name, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SynthaException refusal) when (refusal is not SynthaUnavailableException)
        {
            Check(holds: false, $"{name} runs to the end", refusal.Message);
        }
    }
}
