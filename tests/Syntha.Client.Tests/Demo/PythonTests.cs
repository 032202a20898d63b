using System.Text.Json.Nodes;

using Syntha.Examples.UserIsolation.Python;

namespace Syntha.Client.Tests.Demo;

/// <summary>The expected texts are what CPython 3 prints.</summary>
public sealed class PythonTests
{
    [Theory]
    [InlineData("[]", "[]")]
    [InlineData("{}", "{}")]
    [InlineData("null", "null")]
    [InlineData("""[1,[],{"a":{}}]""", "[\n  1,\n  [],\n  {\n    \"a\": {}\n  }\n]")]
    [InlineData("""{"a":9223372036854775807,"b":true}""", "{\n  \"a\": 9223372036854775807,\n  \"b\": true\n}")]
    [InlineData(
        "\"¡Qué' <&> \\u007f \\n\\t\\\" \\\\ \\ud83d\\ude00\"",
        "\"\\u00a1Qu\\u00e9' <&> \\u007f \\n\\t\\\" \\\\ \\ud83d\\ude00\"")]
    public void Dumps_Value_IsWhatJsonDumpsPrints(string json, string expected) =>
        Assert.Equal(expected, PythonJson.Dumps(JsonNode.Parse(json)));

    [Theory]
    [InlineData(
        """{"theme":"dark","on":true,"off":false,"none":null,"n":[1,2.5]}""",
        "{'theme': 'dark', 'on': True, 'off': False, 'none': None, 'n': [1, 2.5]}")]
    [InlineData("\"it's\"", "\"it's\"")]
    [InlineData("\"it's \\\"so\\\"\"", "'it\\'s \"so\"'")]
    [InlineData("\"¿é\\n\\u0001\"", "'¿é\\n\\x01'")]
    public void Repr_Value_IsWhatPrintShows(string json, string expected) =>
        Assert.Equal(expected, PythonRepr.Of(JsonNode.Parse(json)));

    [Fact]
    public void ReprOfSet_Empty_IsACallOfSet() => Assert.Equal("set()", PythonRepr.OfSet([]));

    [Fact]
    public void Iso_WholeSecond_HasNoFraction()
    {
        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));

        Assert.Equal("2026-01-02T03:04:05", PythonTime.Iso(moment));
        Assert.Equal("2026-01-02T03:04:05.000007", PythonTime.Iso(moment.AddMicroseconds(7)));
    }
}
