using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Syntha.Server.Http;

namespace Syntha.Server.Tests.Http;

/// <summary>The contract tells the paths of its methods in the form of google.api.http.</summary>
public sealed class HttpRulesTests
{
    private const string Head = """
        # The paths of the methods over HTTP, in the form of google.api.Service, which gateways and generators read beside a contract.
        # The rules are not annotations in the contract: each client in each language would then need code for google.api, which it never
        # calls. docs/http.md says what these rules cannot: how a value is a body, and where keys, guards and positions stand.
        # A test compares this file with the server's own table. SYNTHA_TESTS_GOLDEN=write writes it anew.
        type: google.api.Service
        config_version: 3
        http:
          rules:

        """;

    private static readonly string Golden = Path.Combine(Here(), "..", "..", "..", "protos", "syntha", "v1", "http.yaml");

    [Fact]
    public Task Rules_BesideTheContract_AreTheServersOwn() => GoldenFile.HoldAsync(Golden, Rules());

    private static string Rules()
    {
        var text = new StringBuilder(Head);
        foreach (var method in Routes.All.GroupBy(route => route.Method))
        {
            text.Append(CultureInfo.InvariantCulture, $"    - selector: {method.Key.FullName}\n");
            foreach (var (route, index) in method.Select((route, index) => (route, index)))
            {
                if (index == 1)
                {
                    text.Append("      additional_bindings:\n");
                }

                var lead = index == 0 ? "      " : "        - ";
                text.Append(CultureInfo.InvariantCulture, $"{lead}{route.Verb.ToLowerInvariant()}: {PathOf(route)}\n");
                if (BodyOf(route) is { } body)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{(index == 0 ? "      " : "          ")}body: {body}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string PathOf(Route route) => route.PathFields.Aggregate(
        route.Path,
        (path, field) => path.Replace(
            $"{{{field.Name}}}", field.Name == "key" ? $"{{{field.Field}=**}}" : $"{{{field.Field}}}", StringComparison.Ordinal));

    private static string? BodyOf(Route route) => route.Body == "" ? "\"*\"" : route.Form switch
    {
        RouteForm.WriteItem => "item",
        RouteForm.PatchItem => "patch",
        _ => route.Body,
    };

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
