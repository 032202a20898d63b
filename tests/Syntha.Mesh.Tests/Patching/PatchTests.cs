using System.Globalization;
using System.Text.Json.Nodes;
using Syntha.Mesh.Patching;

namespace Syntha.Mesh.Tests.Patching;

/// <summary>Counters, lists as queues and sets, and what bounds the work of a patch.</summary>
public sealed class PatchTests
{
    [Theory]
    [InlineData("""{"n":1}""", "/n", 2L, """{"n":3}""", "3")]
    [InlineData("""{"n":-1}""", "/n", 1L, """{"n":0}""", "0")]
    [InlineData("""{"a":[5]}""", "/a/0", 1L, """{"a":[6]}""", "6")]
    [InlineData("""{"a":[5]}""", "/a/-", 1L, """{"a":[5,1]}""", "1")]
    [InlineData("{}", "/n", 7L, """{"n":7}""", "7")]
    [InlineData("41", "", 1L, "42", "42")]
    [InlineData("""{"n":9007199254740993}""", "/n", 1L, """{"n":9007199254740994}""", "9007199254740994")]
    [InlineData("9223372036854775807", "", 1L, "9223372036854775808", "9223372036854775808")]
    [InlineData("18446744073709551615", "", long.MinValue, "9223372036854775807", "9223372036854775807")]
    [InlineData("1.5", "", 1L, "2.5", "2.5")]
    [InlineData("1e2", "", 1L, "101", "101")]
    public void Increment_WholeNumber_IsExact(string value, string path, long amount, string expected, string result) =>
        AssertPatched(value, new Increment(JsonPointer.Parse(path), amount, 0), expected, result);

    [Fact]
    public void Increment_OtherNumber_AddsDoubles() =>
        AssertPatched("""{"n":1}""", new Increment(JsonPointer.Parse("/n"), null, 0.25), """{"n":1.25}""", "1.25");

    [Theory]
    [InlineData("18446744073709551615", "", 1L)]
    [InlineData("-9223372036854775808", "", -1L)]
    [InlineData("123456789012345678901234567890", "", 1L)]
    [InlineData("\"1\"", "", 1L)]
    [InlineData("null", "", 1L)]
    [InlineData("{}", "/a/b", 1L)]
    [InlineData("[]", "/1", 1L)]
    [InlineData("7", "/a", 1L)]
    public void Increment_WhatIsNoNumberOf64Bits_Fails(string value, string path, long amount) =>
        AssertFails(value, new Increment(JsonPointer.Parse(path), amount, 0));

    [Fact]
    public void Increment_SumBeyondADouble_Fails() =>
        AssertFails("1e308", new Increment(JsonPointer.Root, null, 1e308));

    [Theory]
    [InlineData(ListPatchKind.Append, "[1]", "[2,3]", null, "[1,2,3]")]
    [InlineData(ListPatchKind.Append, "[1,2]", "[3]", 2, "[2,3]")]
    [InlineData(ListPatchKind.Append, "[1]", "[2,3,4]", 2, "[3,4]")]
    [InlineData(ListPatchKind.Append, "[1]", "[2]", 0, "[]")]
    [InlineData(ListPatchKind.Append, "[]", "[]", null, "[]")]
    [InlineData(ListPatchKind.Prepend, "[1]", "[2,3]", null, "[2,3,1]")]
    [InlineData(ListPatchKind.Prepend, "[1,2]", "[0]", 2, "[0,1]")]
    [InlineData(ListPatchKind.Add, "[1,\"a\"]", "[1.0,\"b\",\"b\",{\"x\":1,\"y\":2}]", null, "[1,\"a\",\"b\",{\"x\":1,\"y\":2}]")]
    [InlineData(ListPatchKind.Add, "[{\"x\":1,\"y\":[null]}]", "[{\"y\":[null],\"x\":10e-1}]", null, "[{\"x\":1,\"y\":[null]}]")]
    [InlineData(ListPatchKind.Add, "[null,0]", "[null,-0.0,false]", null, "[null,0,false]")]
    [InlineData(ListPatchKind.Subtract, "[1,2,1,\"1\"]", "[1,9]", null, "[2,\"1\"]")]
    public void ListPatch_OnAList_ChangesIt(ListPatchKind kind, string list, string values, int? max, string expected)
    {
        var length = JsonNode.Parse(expected)!.AsArray().Count.ToString(CultureInfo.InvariantCulture);

        AssertPatched(list, ListPatch.Parse(kind, "", values, max), expected, length);
        AssertPatched($$"""{"l":{{list}}}""", ListPatch.Parse(kind, "/l", values, max), $$"""{"l":{{expected}}}""", length);
    }

    [Fact]
    public void ListPatch_WhereNothingIs_CountsAsAnEmptyList()
    {
        AssertPatched("{}", ListPatch.Parse(ListPatchKind.Append, "/l", "[1]", null), """{"l":[1]}""", "1");
        AssertPatched("{}", ListPatch.Parse(ListPatchKind.Add, "/l", "[1,1]", null), """{"l":[1]}""", "1");
        AssertPatched("{}", ListPatch.Parse(ListPatchKind.Subtract, "/l", "[1]", null), "{}", "0");
    }

    [Fact]
    public void ListPatch_WhereNoListIs_Fails()
    {
        AssertFails("""{"l":{}}""", ListPatch.Parse(ListPatchKind.Append, "/l", "[1]", null));
        AssertFails("""{"l":null}""", ListPatch.Parse(ListPatchKind.Subtract, "/l", "[1]", null));
    }

    [Theory]
    [InlineData(ListPatchKind.Add, "[1,2]", "[2,1]")]
    [InlineData(ListPatchKind.Subtract, "[1,2]", "[3]")]
    [InlineData(ListPatchKind.Append, "[1,2]", "[]")]
    public void ListPatch_ThatChangesNothing_SaysSo(ListPatchKind kind, string list, string values)
    {
        var value = new PatchedValue(list, 1_000);

        ListPatch.Parse(kind, "", values, null).Apply(value);

        Assert.Null(value.FindChanged());
    }

    [Theory]
    [InlineData("""{ "a": 1, "b": "\u00e9" }""", """{"a":1}""")]
    [InlineData("""{"a":1}""", "{}")]
    [InlineData("[1]", "[1]")]
    public void MergePatch_ThatChangesNothing_SaysSo(string json, string patch)
    {
        var value = new PatchedValue(json, 1_000);

        MergePatch.Parse(patch).Apply(value);

        Assert.Null(value.FindChanged());
    }

    [Fact]
    public void MergePatch_ThatRemovesMostOfALargeObject_IsLittleWork()
    {
        var names = Enumerable.Range(0, 90_000).Select(number => $"n{number:D5}").ToList();
        var value = new PatchedValue($"{{{string.Join(',', names.Select(name => $"\"{name}\":0"))}}}", ItemLimits.MaxValueBytes);

        MergePatch.Parse($"{{{string.Join(',', names.Skip(1).Select(name => $"\"{name}\":null"))}}}").Apply(value);

        Assert.Equal("""{"n00000":0}""", value.FindChanged());
    }

    [Fact]
    public void JsonPatch_ThatMovesTooMuch_IsRefused()
    {
        var names = Enumerable.Range(0, 100_000).Select(number => $"n{number:D5}").ToList();
        var removals = string.Join(',', names.Take(200).Select(name => $$"""{"op":"remove","path":"/{{name}}"}"""));

        var refusal = AssertFails(
            $"{{{string.Join(',', names.Select(name => $"\"{name}\":0"))}}}", JsonPatch.Parse($"[{removals}]"), ItemLimits.MaxValueBytes);

        Assert.Contains("moves too many", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pointer_DeeperThanAValue_IsInvalid()
    {
        var deepest = string.Concat(Enumerable.Repeat("/a", 64));

        Assert.Equal(64, JsonPointer.Parse(deepest).Tokens.Length);
        Assert.Equal(ErrorReason.PatchInvalid, Assert.Throws<MeshException>(() => JsonPointer.Parse(deepest + "/a")).Reason);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"op":"grow","path":""}]""")]
    [InlineData("""[{"op":"add","path":""}]""")]
    [InlineData("""[{"op":"add","path":"a","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/~2","value":1}]""")]
    [InlineData("""[{"op":"move","from":"/a","path":"/a/b"}]""")]
    [InlineData("""[{"op":"copy","path":"/a"}]""")]
    public void JsonPatch_ThatIsNone_IsInvalid(string patch) =>
        Assert.Equal(ErrorReason.PatchInvalid, Assert.Throws<MeshException>(() => JsonPatch.Parse(patch)).Reason);

    [Fact]
    public void JsonPatch_ThatFails_TellsOperationPathAndWhy()
    {
        var refusal = AssertFails(
            """{"a":{"b":1}}""", JsonPatch.Parse("""[{"op":"test","path":"/a/b","value":1},{"op":"remove","path":"/a/c"}]"""));

        Assert.Equal("1", refusal.Metadata["operation"]);
        Assert.Equal("/a/c", refusal.Metadata["path"]);
        Assert.Contains("there is nothing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonPatch_OperationsWithinBounds_KeepNumbersAndTexts() => AssertPatched(
        """{ "n": 12345678901234567890, "x": 1.50, "t": "é\u00e9<>\u001f😀\u3000\"\\\u00a0" , "drop": 1 }""",
        JsonPatch.Parse("""[{"op":"remove","path":"/drop"},{"op":"move","from":"/x","path":"/y"},{"op":"copy","from":"/n","path":"/m"}]"""),
        "{\"n\":12345678901234567890,\"t\":\"éé<>\\u001F😀\u3000\\\"\\\\\u00a0\",\"y\":1.50,\"m\":12345678901234567890}",
        result: null);

    [Fact]
    public void JsonPatch_CopiesThatDoubleTheValue_AreRefusedEarly()
    {
        var copies = string.Join(',', Enumerable.Repeat("""{"op":"copy","from":"","path":"/-"}""", 60));

        var refusal = AssertFails("[1]", JsonPatch.Parse($"[{copies}]"), maxBytes: 10_000);

        Assert.Contains("copies", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonPatch_MovesThatNestTooDeep_AreRefused()
    {
        // Each move puts the whole into a new list: `/a` becomes [`/a`].
        const string Nest =
            """{"op":"add","path":"/b","value":[]},{"op":"move","from":"/a","path":"/b/-"},{"op":"move","from":"/b","path":"/a"}""";
        var moves = string.Join(',', Enumerable.Repeat(Nest, 100));

        var value = new PatchedValue("""{"a":1}""", 10_000);
        JsonPatch.Parse($"[{moves}]").Apply(value);

        Assert.Equal(ErrorReason.PatchFailed, Assert.Throws<MeshException>(value.FindChanged).Reason);
    }

    [Fact]
    public void JsonPatch_TooManyOperations_AreRefused()
    {
        var tests = string.Join(',', Enumerable.Repeat("""{"op":"test","path":"","value":1}""", JsonPatch.MaxOperations + 1));

        Assert.Equal(ErrorReason.RequestTooLarge, Assert.Throws<MeshException>(() => JsonPatch.Parse($"[{tests}]")).Reason);
    }

    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("0.1", "1e-1", true)]
    [InlineData("100", "1E2", true)]
    [InlineData("-0", "0", true)]
    [InlineData("12345678901234567890", "12345678901234567891", false)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("1e-400", "2e-400", false)]
    [InlineData("1e-99999999999999999999", "1e-99999999999999999999", true)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", true)]
    [InlineData("""{"a":1}""", """{"a":1,"b":null}""", false)]
    [InlineData("true", "false", false)]
    public void Equality_OfValues_IsThatOfWhatTheyStandFor(string left, string right, bool areEqual)
    {
        var (one, other) = (JsonNode.Parse(left), JsonNode.Parse(right));

        Assert.Equal(areEqual, JsonEquality.Instance.Equals(one, other));
        Assert.Equal(areEqual, JsonEquality.Instance.GetHashCode(one) == JsonEquality.Instance.GetHashCode(other));
    }

    private static void AssertPatched(string value, ValuePatch patch, string expected, string? result)
    {
        for (var time = 0; time < 2; time++)
        {
            // A patch is applied again where its group is evaluated again.
            var patched = new PatchedValue(value, 10_000);
            Assert.Equal(result, patch.Apply(patched));
            Assert.Equal(expected, patched.FindChanged() ?? value);
        }
    }

    private static MeshException AssertFails(string value, ValuePatch patch, long maxBytes = 10_000)
    {
        var refusal = Assert.Throws<MeshException>(() => patch.Apply(new PatchedValue(value, maxBytes)));
        Assert.Equal(ErrorReason.PatchFailed, refusal.Reason);
        return refusal;
    }
}
