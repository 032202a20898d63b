using Microsoft.AspNetCore.Components;

namespace Syntha.Page.Operation;

/// <summary>The addresses of the view's parts.</summary>
internal static class OperatorAddress
{
    /// <summary>The parts and their names.</summary>
    public static IReadOnlyList<(string Part, string Name)> Parts { get; } =
    [
        ("users", "Users"), ("sessions", "Sessions and streams"), ("keys", "Keys"), ("audit", "Audit"), ("plots", "Plots"),
    ];

    /// <param name="navigation">Where the reader is. The user whose mesh the other views show is taken along.</param>
    /// <param name="part">The part.</param>
    /// <param name="about">The user that the part is about. Null: all.</param>
    public static string To(NavigationManager navigation, string part, string? about = null) =>
        navigation.GetUriWithQueryParameters($"{navigation.BaseUri}operator", new Dictionary<string, object?>
        {
            ["user"] = Addresses.PageAddress.Query(navigation.Uri, "user"),
            ["part"] = part,
            ["of"] = about,
        });
}
