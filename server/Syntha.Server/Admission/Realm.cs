namespace Syntha.Server.Admission;

/// <summary>
/// Which credentials open a service. Each endpoint has a realm. A call to an endpoint without one is not served.
/// </summary>
internal sealed class Realm
{
    private Realm(bool isOpen = false, bool hasUser = false) => (IsOpen, HasUser) = (isOpen, hasUser);

    /// <summary>Health: no credential is needed.</summary>
    public static Realm Open { get; } = new(isOpen: true);

    /// <summary>Reflection: any credential.</summary>
    public static Realm Description { get; } = new();

    /// <summary>Administration: an operator's credential.</summary>
    public static Realm Operator { get; } = new();

    /// <summary>ContextMesh: the user's own credential.</summary>
    public static Realm Owner { get; } = new(hasUser: true);

    /// <summary>ToolHandler: the user's own credential, or one that is limited to the agent which the call names.</summary>
    public static Realm Agent { get; } = new(hasUser: true);

    /// <summary>Whether calls need no credential.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether calls are about a user, and name that user as <c>user-id</c>.</summary>
    public bool HasUser { get; }

    public static Realm Of(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Realm>() ?? throw new InvalidOperationException($"{http.Request.Path} has no realm.");
}
