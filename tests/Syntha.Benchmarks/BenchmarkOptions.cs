using System.Globalization;
using Syntha.Benchmarks.Fairness;

namespace Syntha.Benchmarks;

/// <summary>The command line of a run.</summary>
/// <param name="Only">The scenarios to run; empty: all but those that run only by name.</param>
/// <param name="Quick">Shorter and fewer rounds: to see that everything works, not to quote.</param>
/// <param name="JsonFile">Where to write the result as JSON; null: nowhere.</param>
/// <param name="Seed">
/// The seed of random input that can show a fault, so that the run can be repeated; null: a new seed in each run.
/// </param>
/// <param name="Attacks">The attacks of the scenario <c>fairness</c> to run; empty: all.</param>
internal sealed record BenchmarkOptions(
    IReadOnlyList<string> Only, bool Quick, string? JsonFile, int? Seed, IReadOnlyList<string> Attacks)
{
    public bool Chooses(Scenario scenario) => Only.Count == 0 ? !scenario.IsOnlyByName : Only.Contains(scenario.Name);

    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var (only, attacks) = (new List<string>(), new List<string>());
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
                    only.AddRange(NamesIn(arguments[++index]));
                    break;
                case "--attacks" when index + 1 < arguments.Count:
                    attacks.AddRange(NamesIn(arguments[++index]));
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

        var unknown = only.Except(Names).Concat(attacks.Except(AttackNames)).ToList();
        return unknown.Count == 0
            ? new(only, quick, jsonFile, seed, attacks)
            : throw new BenchmarkException($"No scenario or attack is called {string.Join(" or ", unknown)}. {Usage}");
    }

    private static string Usage =>
        $"Arguments: [--only name,name] [--quick] [--json file] [--seed number] [--attacks name,name]; names: {string.Join(", ", Names)}; "
        + $"attacks of fairness: {string.Join(", ", AttackNames)}.";

    private static IEnumerable<string> AttackNames => AttackKind.All.Select(attack => attack.Name).Append(AttackKind.Held);

    private static string[] NamesIn(string argument) =>
        argument.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> Names => Scenario.All.Select(scenario => scenario.Name);
}
