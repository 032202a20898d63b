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
}
