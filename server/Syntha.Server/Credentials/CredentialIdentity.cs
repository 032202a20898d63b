using System.Security.Claims;

namespace Syntha.Server.Credentials;

/// <summary>The result of authentication, in the form in which ASP.NET Core hands it on.</summary>
internal sealed class CredentialIdentity(Credential credential, string scheme) : ClaimsIdentity(scheme)
{
    public Credential Credential => credential;

    public override string Name => credential.Id;
}
