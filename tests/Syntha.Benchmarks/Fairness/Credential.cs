namespace Syntha.Benchmarks.Fairness;

/// <summary>What an attacker holds.</summary>
internal enum Credential
{
    None,

    /// <summary>The API key of a user.</summary>
    User,

    /// <summary>The key of an operator.</summary>
    Operator,
}
