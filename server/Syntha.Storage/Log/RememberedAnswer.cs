using System.Text.Json.Nodes;

namespace Syntha.Storage.Log;

/// <summary>The answer of a command, as its first row keeps it for a repeat of the request.</summary>
internal static class RememberedAnswer
{
    /// <summary>Matches the answers that tell the result of a patch, in SQL.</summary>
    public const string HasResult = """answer LIKE '%"Result":%'""";

    private const string Result = "Result";
    private const string Parts = "Parts";

    /// <summary>
    /// The answer without the results of patches, which tell of the values that they made. A repeat still tells the rest. Null: nothing is
    /// left.
    /// </summary>
    public static string? WithoutResults(string answer)
    {
        var whole = JsonNode.Parse(answer)!.AsObject();
        whole.Remove(Result);
        foreach (var part in whole[Parts]?.AsArray() ?? [])
        {
            part?.AsObject().Remove(Result);
        }

        return whole.Count == 0 ? null : whole.ToJsonString();
    }

    /// <summary>The first row of the command that wrote a row. It keeps the answer.</summary>
    public static long PlaceOf(long place) => StoredPlace.FirstOf(new StoredPlace(place).Place.Revision).Value;
}
