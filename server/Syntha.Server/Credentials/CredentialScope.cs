namespace Syntha.Server.Credentials;

/// <summary>The calls that a credential opens.</summary>
internal enum CredentialScope
{
    /// <summary>Administration.</summary>
    Operator,

    /// <summary>ContextMesh and ToolHandler of one user.</summary>
    User,

    /// <summary>ToolHandler of one user, in the name of one agent.</summary>
    Agent,
}
