using System.Globalization;

namespace Syntha.Benchmarks;

/// <summary>The command line of a run.</summary>
/// <param name="Only">The scenarios to run; empty: all.</param>
/// <param name="Quick">Shorter and fewer rounds: to see that everything works, not to quote.</param>
/// <param name="JsonFile">Where to write the result as JSON; null: nowhere.</param>
/// <param name="Seed">
/// The seed of random input that can show a fault, so that the run can be repeated; null: a new seed in each run.
/// </param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Only, bool Quick, string? JsonFile, int? Seed)
{
    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var only = new List<string>();
        var quick = false;
        string? jsonFile = null;
        int? seed = null;
        for (var index = 0; index < arguments.Count; index++)
        {
            switch (arguments[index])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--only" when index + 1 < arguments.Count:
                    only.AddRange(arguments[++index].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                    break;
                case "--json" when index + 1 < arguments.Count:
                    jsonFile = arguments[++index];
                    break;
                case "--seed" when index + 1 < arguments.Count
                    && int.TryParse(arguments[index + 1], CultureInfo.InvariantCulture, out var given):
                    (seed, index) = (given, index + 1);
                    break;
                default:
                    throw new BenchmarkException($"'{arguments[index]}' is not an argument of the benchmarks. {Usage}");
            }
        }

        var unknown = only.Except(Names).ToList();
        return unknown.Count == 0
            ? new(only, quick, jsonFile, seed)
            : throw new BenchmarkException($"No scenario is called {string.Join(" or ", unknown)}. {Usage}");
    }

    private static string Usage =>
        $"Arguments: [--only name,name] [--quick] [--json file] [--seed number]; names: {string.Join(", ", Names)}.";

    private static IEnumerable<string> Names => Scenario.All.Select(scenario => scenario.Name);
}
