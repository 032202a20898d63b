namespace Syntha.Server.Admission;

/// <summary>The caller that a refused call claimed to be, and the user that an operator's call is about.</summary>
/// <param name="User">The user; null: none.</param>
/// <param name="Credential">The id of the credential; null: the call has no valid one.</param>
internal sealed record Claim(string? User, string? Credential)
{
    /// <summary>Sets the claim of a call. A user that an operator's request has named before stays.</summary>
    public static void Set(HttpContext http, string? user, string? credential) =>
        http.Features.Set(new Claim(user ?? http.Features.Get<Claim>()?.User, credential));
}
