namespace Syntha.Client;

/// <summary>What a server says about itself: the answer of <see cref="SynthaClient.GetServerInfoAsync"/>. Immutable.</summary>
/// <param name="Version">The server's version, as Semantic Versioning writes it: <c>0.1.0</c>.</param>
/// <param name="Features">The features that are switched on. Features that this version of the client does not know are left out.</param>
/// <param name="Limits">What the server takes at most.</param>
public sealed record ServerInfo(string Version, IReadOnlyList<ServerFeature> Features, ServerLimits Limits)
{
    internal static ServerInfo From(V1.GetServerInfoResponse wire) => new(
        wire.Version,
        [.. wire.Features.Select(FeatureOf).OfType<ServerFeature>()],
        ServerLimits.From(wire.Limits ?? new V1.ServerLimits()));

    private static ServerFeature? FeatureOf(V1.ServerFeature feature) => feature switch
    {
        V1.ServerFeature.Authentication => ServerFeature.Authentication,
        V1.ServerFeature.Tls => ServerFeature.Tls,
        V1.ServerFeature.Audit => ServerFeature.Audit,
        V1.ServerFeature.Encryption => ServerFeature.Encryption,
        V1.ServerFeature.Claims => ServerFeature.Claims,
        _ => null,
    };
}
