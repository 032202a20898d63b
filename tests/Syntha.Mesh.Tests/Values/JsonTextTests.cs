using Syntha.Mesh.Values;

namespace Syntha.Mesh.Tests.Values;

public sealed class JsonTextTests
{
    private const int MaxBytes = 1024 * 1024;

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0e-0")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("18446744073709551615")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e308")]
    [InlineData("-1.7976931348623157E+308")]
    [InlineData("1e-400")]
    [InlineData("0e99999999999")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("0.1000000000000000000000001")]
    [InlineData("\"\"")]
    [InlineData("\"\\u0000\"")]
    [InlineData("\"\U0001F600 \\ud83d\\ude00 \u2028\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData(" \t\r\n{ \"a\" : [ 1 , null ] } \n")]
    [InlineData("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}],\"A\":1,\"\":0}")]
    [InlineData("{\"é\":1,\"e\u0301\":2}")]
    public void Check_Json_IsAccepted(string text) => JsonText.Check(text, MaxBytes);

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData(" ", 1, 2)]
    [InlineData("{", 1, 2)]
    [InlineData("[1,]", 1, 4)]
    [InlineData("{\"a\":1,}", 1, 8)]
    [InlineData("nul", 1, 4)]
    [InlineData("True", 1, 1)]
    [InlineData("NaN", 1, 1)]
    [InlineData("Infinity", 1, 1)]
    [InlineData("-Infinity", 1, 2)]
    [InlineData("'a'", 1, 1)]
    [InlineData("{a:1}", 1, 2)]
    [InlineData("01", 1, 2)]
    [InlineData("+1", 1, 1)]
    [InlineData(".5", 1, 1)]
    [InlineData("1.", 1, 3)]
    [InlineData("1e", 1, 3)]
    [InlineData("0x10", 1, 2)]
    [InlineData("1 2", 1, 3)]
    [InlineData("{} x", 1, 4)]
    [InlineData("{}\n{}", 2, 1)]
    [InlineData("\"a", 1, 3)]
    [InlineData("\"a\nb\"", 1, 3)]
    [InlineData("\"\\x\"", 1, 3)]
    [InlineData("\"\\u12g4\"", 1, 6)]
    [InlineData("[1, // two\n2]", 1, 5)]
    [InlineData("\uFEFF1", 1, 1)]
    [InlineData("{\n  \"a\": 1,\n  \"b\": x\n}", 3, 8)]
    [InlineData("{\r\n\"é\": x}", 2, 7)]
    [InlineData("{\"a\" 1}", 1, 6)]
    [InlineData("[1 2]", 1, 4)]
    [InlineData("]", 1, 1)]
    [InlineData("{\"a\":1]", 1, 7)]
    public void Check_NotJson_IsJsonInvalidWithLineAndColumn(string text, int line, int column) =>
        AssertInvalid(text, line, column);

    [Theory]
    [InlineData("{\"a\":1,\"a\":1}", 1, 8)]
    [InlineData("{\"a\":1,\"\\u0061\":2}", 1, 8)]
    [InlineData("{\"\\u0061\":1,\n\"a\":2}", 2, 1)]
    [InlineData("{\"\":1,\"\":2}", 1, 7)]
    [InlineData("[{\"x\":{\"y\":1, \"z\":2,\n \"y\":3}}]", 2, 2)]
    [InlineData("{\"a\":{},\"b\":{},\"a\":{}}", 1, 16)]
    [InlineData("{\"\U0001F600\":1,\"\\ud83d\\ude00\":2}", 1, 11)]
    [InlineData("{\"a/b\":1,\"a\\/b\":2}", 1, 10)]
    public void Check_NameTwiceInOneObject_IsJsonInvalidAtTheSecond(string text, int line, int column) =>
        Assert.Contains("twice", AssertInvalid(text, line, column).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Check_SixtyFourLevels_AreAcceptedAndOneMoreIsRefused(string open, string close)
    {
        JsonText.Check(Nested(open, close, 64), MaxBytes);
        // An empty list or object is a level as well.
        JsonText.Check(Nested(open, close, 63).Replace("1", "[]", StringComparison.Ordinal), MaxBytes);

        var refusal = AssertInvalid(Nested(open, close, 65), 1, (open.Length * 64) + 1);

        Assert.Contains("64 levels", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    public void Check_ObjectExpectedAndSomethingElseGiven_IsJsonInvalid(string text)
    {
        JsonText.Check(text, MaxBytes);
        var refusal = Assert.Throws<MeshException>(() => JsonText.Check(text, MaxBytes, "metadata", mustBeObject: true));

        Assert.Equal(ErrorReason.JsonInvalid, refusal.Reason);
        Assert.Contains("metadata", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("object", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ObjectExpectedAndGiven_IsAccepted() =>
        JsonText.Check(" {\"a\":[1,{}],\"b\":2} ", MaxBytes, "metadata", mustBeObject: true);

    [Fact]
    public void Check_LoneSurrogateInTheText_IsJsonInvalid()
    {
        foreach (var text in new[] { "\"\uD800\"", "\"\uDC00\uD800\"", "{\"\uDFFF\":1}", "\uD83D" })
        {
            Assert.Equal(ErrorReason.JsonInvalid, Assert.Throws<MeshException>(() => JsonText.Check(text, MaxBytes)).Reason);
        }
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}", 1, 2)]
    [InlineData("{\"a\":1,\n\"\\udc00\":1}", 2, 1)]
    public void Check_NameWithAnEscapedLoneSurrogate_IsJsonInvalidAtTheName(string text, int line, int column) =>
        AssertInvalid(text, line, column);

    [Theory]
    [InlineData("1e309", 1, 1)]
    [InlineData("1e999", 1, 1)]
    [InlineData("-1E+99999", 1, 1)]
    [InlineData("1e99999999999999999999", 1, 1)]
    [InlineData("{\"a\":\n [0, 12e34567]}", 2, 6)]
    public void Check_NumberBeyondADouble_IsJsonInvalidAtTheNumber(string text, int line, int column) =>
        Assert.Contains("number", AssertInvalid(text, line, column).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_WholeNumberOfManyDigits_IsRefusedWhenADoubleCannotHoldIt()
    {
        // Python reads no whole number of more than 4,300 digits, and JavaScript reads infinity.
        AssertInvalid(new string('9', 5_000), 1, 1);
        AssertInvalid("[-" + new string('9', 400) + "]", 1, 2);

        JsonText.Check(new string('9', 308), MaxBytes);
        JsonText.Check("0." + new string('9', 5_000), MaxBytes);
    }

    [Theory]
    [InlineData("\"\\ud83d\"", 1, 1)]
    [InlineData("\"a\\uD83D b\"", 1, 1)]
    [InlineData("\"\\ude00\\ud83d\"", 1, 1)]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", 1, 1)]
    [InlineData("\"\\ud83d\U0001F600\"", 1, 1)]
    [InlineData("\"\\ud83d\\\\ude00\"", 1, 1)]
    [InlineData("{\"a\":\n[\"\\ud83d\\ude00\", \"\\udfff\"]}", 2, 18)]
    public void Check_TextWithAnEscapedLoneSurrogate_IsJsonInvalidAtTheText(string text, int line, int column) =>
        Assert.Contains("surrogate", AssertInvalid(text, line, column).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"\\\\ud83d\"")]
    [InlineData("\"\\uD83D\\uDE00 \\ud83d\\ude00\"")]
    [InlineData("\"\\\\\\ud83d\\ude00\"")]
    public void Check_EscapesThatAreNoHalfOfAPair_AreAccepted(string text) => JsonText.Check(text, MaxBytes);

    [Fact]
    public void Check_Size_IsCountedInBytes()
    {
        JsonText.Check("\"aaaaaaaa\"", 10);
        JsonText.Check("\"éééé\"", 10);

        foreach (var text in new[] { "\"aaaaaaaaa\"", "\"ééééa\"", "\"\U0001F600\U0001F600a\"" })
        {
            var refusal = Assert.Throws<MeshException>(() => JsonText.Check(text, 10));
            Assert.Equal(ErrorReason.ValueTooLarge, refusal.Reason);
            Assert.Equal(("10", "11"), (refusal.Metadata["limit"], refusal.Metadata["actual"]));
        }
    }

    [Fact]
    public async Task Push_Value_IsKeptCharacterByCharacter()
    {
        var mesh = new TestMesh();
        const string Text = " {\"b\" : 9223372036854775807,\t\"a\":[1.0, 1e2, \"\\u0041\\/\"] }\r\n";
        JsonText.Check(Text, MaxBytes);
        await mesh.DoAsync(Commands.Push("k", Text));

        Assert.Equal(Text, mesh.Get("k"));
    }

    private static string Nested(string open, string close, int levels) =>
        string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels));

    private static MeshException AssertInvalid(string text, int line, int column)
    {
        var refusal = Assert.Throws<MeshException>(() => JsonText.Check(text, MaxBytes));
        Assert.Equal(ErrorReason.JsonInvalid, refusal.Reason);
        Assert.Equal((line, column), (int.Parse(refusal.Metadata["line"], null), int.Parse(refusal.Metadata["column"], null)));
        Assert.Contains($"line {line}, column {column}", refusal.Message, StringComparison.Ordinal);
        return refusal;
    }
}
