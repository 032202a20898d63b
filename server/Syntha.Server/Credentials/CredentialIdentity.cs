using System.Security.Claims;

namespace Syntha.Server.Credentials;

/// <summary>A proved credential as the identity that ASP.NET Core hands on.</summary>
internal sealed class CredentialIdentity(Credential credential, string scheme) : ClaimsIdentity(scheme)
{
    public Credential Credential => credential;

    public override string Name => credential.Id;
}
