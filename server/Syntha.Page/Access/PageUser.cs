using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Claim = System.Security.Claims.Claim;

namespace Syntha.Page.Access;

/// <summary>Who looks at the page, between the cookie, the request and the open page.</summary>
internal static class PageUser
{
    /// <summary>The scheme of the cookie.</summary>
    public const string Scheme = "Page";

    private const string Secret = "secret";
    private const string Scope = "scope";
    private const string User = "user";
    private const string Agent = "agent";
    private const string Id = ClaimTypes.NameIdentifier;
    private const string From = "from";

    /// <summary>What goes into the cookie.</summary>
    public static ClaimsPrincipal SignedIn(PageIdentity identity, string secret)
    {
        var claims = new List<Claim>
        {
            new(Secret, secret), new(Scope, ((int)identity.Scope).ToString(CultureInfo.InvariantCulture)), new(Id, identity.CredentialId),
        };
        if (identity.User is { } user)
        {
            claims.Add(new(User, user));
        }

        if (identity.Agent is { } agent)
        {
            claims.Add(new(Agent, agent));
        }

        return new(new ClaimsIdentity(claims, Scheme));
    }

    /// <summary>The same person, with the address that the request comes from.</summary>
    public static ClaimsPrincipal At(ClaimsPrincipal user, ConnectionInfo connection)
    {
        var known = user.Claims.Where(claim => claim.Type != From);
        var from = connection.RemoteIpAddress is { } address
            ? [new Claim(From, new IPEndPoint(address, connection.RemotePort).ToString())]
            : Enumerable.Empty<Claim>();
        return new(new ClaimsIdentity(known.Concat(from), user.Identity?.AuthenticationType));
    }

    public static PageIdentity? IdentityOf(ClaimsPrincipal user) => user.FindFirstValue(Scope) is { } scope
        ? new(
            (KeyScope)int.Parse(scope, CultureInfo.InvariantCulture), user.FindFirstValue(User), user.FindFirstValue(Agent),
            user.FindFirstValue(Id) ?? "")
        : null;

    public static string? SecretOf(ClaimsPrincipal user) => user.FindFirstValue(Secret);

    public static IPEndPoint? AddressOf(ClaimsPrincipal user) =>
        IPEndPoint.TryParse(user.FindFirstValue(From) ?? "", out var address) ? address : null;
}
