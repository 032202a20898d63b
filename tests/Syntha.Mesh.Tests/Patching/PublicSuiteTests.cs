using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Syntha.Mesh.Patching;

namespace Syntha.Mesh.Tests.Patching;

/// <summary>The public suite of RFC 6902 (`json-patch-test-suite`, which `make setup` installs), and the appendix of RFC 7396.</summary>
public sealed class PublicSuiteTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var file in (string[])["tests.json", "spec_tests.json"])
            {
                for (var index = 0; index < Suite(file).Count; index++)
                {
                    cases.Add(file, index);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void JsonPatch_CaseOfTheSuite_IsCarriedOutOrRefused(string file, int index)
    {
        var one = Suite(file)[index]!.AsObject();
        if (one["disabled"]?.GetValue<bool>() == true)
        {
            // The suite's authors disable what they do not agree about.
            Assert.Contains("disabled", one);
            return;
        }

        var patch = one["patch"]!.ToJsonString();
        if (one.ContainsKey("error"))
        {
            var refusal = Assert.Throws<MeshException>(() => Patched(one["doc"], patch));
            Assert.True(refusal.Reason is ErrorReason.PatchFailed or ErrorReason.PatchInvalid, refusal.Message);
        }
        else
        {
            var expected = one.ContainsKey("expected") ? one["expected"] : one["doc"];
            Assert.True(JsonNode.DeepEquals(expected, Patched(one["doc"], patch)), one.ToJsonString());
        }
    }

    [Fact]
    public void JsonPatch_TheSuite_IsThere() => Assert.True(Suite("tests.json").Count > 60 && Suite("spec_tests.json").Count > 10);

    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void MergePatch_CaseOfTheRfc_GivesItsResult(string value, string patch, string expected)
    {
        var patched = new PatchedValue(value, 1_000);

        MergePatch.Parse(patch).Apply(patched);

        Assert.Equal(expected, patched.FindChanged() ?? value);
    }

    private static JsonNode? Patched(JsonNode? document, string patch)
    {
        var value = new PatchedValue(document?.ToJsonString() ?? "null", 1_000_000);
        JsonPatch.Parse(patch).Apply(value);
        return value.FindChanged() is { } changed ? JsonNode.Parse(changed) : document;
    }

    private static JsonArray Suite(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), file)))!.AsArray();

    private static string Folder([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", ".tools", "node_modules", "json-patch-test-suite");
}
