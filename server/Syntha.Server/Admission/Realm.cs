namespace Syntha.Server.Admission;

/// <summary>What a service is for, and with it, which credentials open it. Each endpoint carries one; a call to one without is not served.</summary>
internal sealed class Realm
{
    private Realm(bool isOpen = false, bool hasUser = false) => (IsOpen, HasUser) = (isOpen, hasUser);

    /// <summary>Health: for whoever asks.</summary>
    public static Realm Open { get; } = new(isOpen: true);

    /// <summary>Reflection: any credential.</summary>
    public static Realm Description { get; } = new();

    /// <summary>Administration: an operator's.</summary>
    public static Realm Operator { get; } = new();

    /// <summary>ContextMesh: the user's own.</summary>
    public static Realm Owner { get; } = new(hasUser: true);

    /// <summary>ToolHandler: the user's own, or one that is limited to the agent named.</summary>
    public static Realm Agent { get; } = new(hasUser: true);

    /// <summary>Whether nobody is asked who they are.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether calls are about the user that they name as <c>user-id</c>.</summary>
    public bool HasUser { get; }

    public static Realm Of(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Realm>() ?? throw new InvalidOperationException($"{http.Request.Path} is of no realm.");
}
