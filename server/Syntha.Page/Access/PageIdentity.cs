namespace Syntha.Page.Access;

/// <summary>Whom a credential proves.</summary>
/// <param name="Scope">What it opens.</param>
/// <param name="User">The user. Null: it is an operator's.</param>
/// <param name="Agent">The agent that it is limited to. Null: none.</param>
/// <param name="CredentialId">Its name in lists and in the audit trail.</param>
public sealed record PageIdentity(KeyScope Scope, string? User, string? Agent, string CredentialId)
{
    /// <summary>Without authentication: everything, and any user.</summary>
    public static PageIdentity Anybody { get; } = new(KeyScope.Unspecified, null, null, "");

    /// <summary>Whether the reader chooses whose mesh to look at.</summary>
    public bool MayChooseUser => Scope == KeyScope.Unspecified;

    /// <summary>Whether there is a mesh to look at.</summary>
    public bool HasMesh => Scope != KeyScope.Operator;

    /// <summary>Whether it sees a mesh as its owner does, and not only as one of its agents.</summary>
    public bool IsOwner => Scope is KeyScope.Unspecified or KeyScope.User;

    /// <summary>Whether it may see how the server is doing.</summary>
    public bool IsOperator => Scope is KeyScope.Unspecified or KeyScope.Operator;
}
