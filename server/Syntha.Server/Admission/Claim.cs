namespace Syntha.Server.Admission;

/// <summary>Whom a call that was refused said, or proved, to come from, or to be about.</summary>
/// <param name="User">The user; null: none.</param>
/// <param name="Credential">Id of the credential, if there is a valid one.</param>
internal sealed record Claim(string? User, string? Credential)
{
    /// <summary>Leaves it behind; a user who is known already, because an operator's request names one, stays.</summary>
    public static void Set(HttpContext http, string? user, string? credential) =>
        http.Features.Set(new Claim(user ?? http.Features.Get<Claim>()?.User, credential));
}
