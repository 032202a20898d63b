using Microsoft.AspNetCore.Components.Authorization;

namespace Syntha.Page.Access;

/// <summary>One open page: who looks at it, and the calls that it makes. It lasts as long as the page, and is the page's own.</summary>
public sealed class PageSession(IPageHost host, AuthenticationStateProvider who) : IDisposable
{
    private IPageConnection? connection;

    /// <summary>Who looks. It is known when <see cref="OpenAsync"/> has ended.</summary>
    public PageIdentity Identity { get; private set; } = PageIdentity.Anybody;

    /// <summary>Whether the server has closed the page's connection, so that its calls fail.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Learns who looks, and opens the page's connection. May be called again.</summary>
    public async Task OpenAsync()
    {
        if (connection is not null)
        {
            return;
        }

        var user = (await who.GetAuthenticationStateAsync()).User;
        Identity = PageUser.IdentityOf(user) ?? PageIdentity.Anybody;
        connection = host.Connect(PageUser.SecretOf(user), PageUser.AddressOf(user), () => IsClosed = true);
    }

    /// <summary>The mesh of a user, as the reader may see it.</summary>
    /// <param name="user">The user whom the reader has chosen. It is heeded only where the reader may choose.</param>
    public MeshClient MeshOf(string? user) => new(Connection.For(Identity.MayChooseUser ? user : null), Identity.Agent);

    public Administration.AdministrationClient Administration() => new(Connection.For(null));

    public Discovery.DiscoveryClient Discovery() => new(Connection.For(null));

    public void Dispose() => connection?.Dispose();

    private IPageConnection Connection => connection ?? throw new InvalidOperationException("The page is not open yet.");
}
