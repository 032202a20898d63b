using Syntha.Client;

namespace Syntha.Examples.UserIsolation.Verification;

/// <summary>The results of the checks: a line for each, and the number of failures.</summary>
internal sealed class Findings(TextWriter output)
{
    internal int Checks { get; private set; }

    internal int Violations { get; private set; }

    /// <param name="holds">Whether the claim holds.</param>
    /// <param name="claim">The claim, as a sentence that is true when it holds.</param>
    /// <param name="instead">What was found instead.</param>
    internal void Check(bool holds, string claim, string instead)
    {
        Checks++;
        Violations += holds ? 0 : 1;
        output.WriteLine(holds ? $"✅ {claim}" : $"❌ VIOLATION: not true that: {claim} ({instead})");
    }

    /// <summary>
    /// Does work that the server never refuses an isolated user. On a server that mixes users up, one user's agent meets items of another
    /// user, and is refused. So a refusal is a violation. A server that cannot be reached is none.
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
