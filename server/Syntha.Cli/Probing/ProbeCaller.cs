namespace Syntha.Cli.Probing;

/// <summary>The headers of calls.</summary>
/// <param name="Name">The caller's name in the report of a leak.</param>
/// <param name="UserIds">The values of <c>user-id</c>. An attack may send none, or several.</param>
/// <param name="Secret">An API key. Null: none.</param>
internal sealed record ProbeCaller(string Name, string[] UserIds, string? Secret);
