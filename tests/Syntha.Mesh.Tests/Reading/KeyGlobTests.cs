using CsCheck;

namespace Syntha.Mesh.Tests.Reading;

public sealed class KeyGlobTests
{
    private static readonly Gen<string> Pieces = Gen.OneOf(
        "*", "?", "a", "b", "/", "-", "!", "]", "^", "\U0001F600", "é", "[a]", "[ab]", "[!a]", "[a-c]", "[!a-c]", "[]a]", "[!]a]",
        "[]]", "[!]]", "[-a]", "[a-]", "[!-a]", "[a-b-c]", "[\U0001F600-\U0001F64F]", "[a\U0001F600é]", "[*]", "[?]", "[[]", "[!!]",
        "[\uE000-\U00010000]", "[--a]");

    private static readonly Gen<string> Texts = Gen.OneOf(
        "a", "b", "c", "d", "/", "-", "!", "]", "[", "*", "?", "^", "\n", "é", "\U0001F600", "\U0001F601", "\uE000", "\uFFFD")
        .Array[0, 8].Select(string.Concat);

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "a/b/c", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a*c", "abcb", false)]
    [InlineData("foo", "foobar", false)]
    [InlineData("foo", "FOO", false)]
    [InlineData("foo", "foo\n", false)]
    [InlineData("?", "", false)]
    [InlineData("?", "ab", false)]
    [InlineData("?", "\U0001F600", true)]
    [InlineData("??", "\U0001F600", false)]
    [InlineData("[\U0001F600-\U0001F640]", "\U0001F610", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[!a-c]x", "x", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[]a]", "a", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[!]]", "a", true)]
    [InlineData("[-a]", "-", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[a-]", "b", false)]
    [InlineData("[^a]", "^", true)]
    [InlineData("[*]", "*", true)]
    [InlineData("[*]", "x", false)]
    [InlineData("\\*", "*", false)]
    [InlineData("\\*", "\\x", true)]
    [InlineData("%_", "%_", true)]
    [InlineData("%_", "ab", false)]
    [InlineData("]", "]", true)]
    [InlineData("a-b", "a-b", true)]
    public void IsMatch_Table_IsAsDescribed(string pattern, string text, bool isMatch)
    {
        Assert.Equal(isMatch, KeyGlob.Parse(pattern).IsMatch(text));
        Assert.Equal(isMatch, NaiveGlob.IsMatch(pattern, text));
    }

    [Fact]
    public void IsMatch_AnyPatternAndText_IsWhatTheNaiveMatcherSays() =>
        Gen.Select(Pieces.Array[0, 6].Select(string.Concat), Texts).Sample(
            (pattern, text) => Assert.Equal(NaiveGlob.IsMatch(pattern, text), KeyGlob.Parse(pattern).IsMatch(text)),
            iter: 20_000);

    [Fact]
    public void IsMatch_TextMadeFromThePattern_IsFound() =>
        // Random texts seldom match long patterns; texts with whole pieces in place of the stars do.
        Gen.Select(Gen.OneOf("a", "é", "\U0001F600", "*", "?").Array[1, 40], Texts).Sample(
            (pieces, filling) =>
            {
                var text = string.Concat(pieces.Select(piece => piece switch { "*" => filling, "?" => "\U0001F64F", _ => piece }));
                Assert.True(KeyGlob.Parse(string.Concat(pieces)).IsMatch(text));
                Assert.False(KeyGlob.Parse(string.Concat(pieces)).IsMatch($"#{text}") && pieces[0] != "*" && pieces[0] != "?");
            },
            iter: 2000);

    [Theory]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[!")]
    [InlineData("[!]")]
    [InlineData("[a")]
    [InlineData("a[b-")]
    [InlineData("[c-a]")]
    [InlineData("[\U0001F600-a]")]
    public void Parse_NotAGlob_IsFilterInvalid(string pattern) =>
        Assert.Equal(ErrorReason.FilterInvalid, Assert.Throws<MeshException>(() => KeyGlob.Parse(pattern)).Reason);

    [Fact]
    public void Parse_LoneSurrogate_IsFilterInvalid()
    {
        foreach (var pattern in new[] { "\uD800", "[\uDC00]", "a\uD83D" })
        {
            Assert.Equal(ErrorReason.FilterInvalid, Assert.Throws<MeshException>(() => KeyGlob.Parse(pattern)).Reason);
        }
    }

    [Fact]
    public void Parse_TooLong_IsFilterInvalidWithTheLimit()
    {
        KeyGlob.Parse(string.Concat(Enumerable.Repeat("\U0001F600", KeyGlob.MaxCharacters)));

        var refusal = Assert.Throws<MeshException>(() => KeyGlob.Parse(new string('a', KeyGlob.MaxCharacters + 1)));

        Assert.Equal(ErrorReason.FilterInvalid, refusal.Reason);
        Assert.Equal(("1024", "1025"), (refusal.Metadata["limit"], refusal.Metadata["actual"]));
    }

    [Fact]
    public void IsMatch_HundredsOfStarsOnTheLongestKey_EndsWithoutBacktracking()
    {
        // A matcher that tries again at each star would not be back before the end of the universe.
        var glob = KeyGlob.Parse(string.Concat(Enumerable.Repeat("*a", 500)) + "b");

        Assert.False(glob.IsMatch(new string('a', ContextKey.MaxBytes)));
        Assert.True(glob.IsMatch(new string('a', ContextKey.MaxBytes - 1) + "b"));
    }

    [Fact]
    public void IsMatch_PatternsOfManyLengths_StarsAndEndsFallOnEveryPlaceOfAWord()
    {
        // The places of a pattern lie in words of 64 bits, and a match moves from one word into the next.
        for (var length = 1; length < 200; length++)
        {
            var (before, one) = (new string('a', length), new string('?', length));

            AssertMatches($"{before}*", [before, $"{before}a", $"{before}zz"], [$"z{before}", before[1..]]);
            AssertMatches($"{one}*b[cd]", [$"{before}bc", $"{before}xbbd"], [$"{before}b", $"{before}be", $"{before}bcx"]);
            AssertMatches($"*{before}[!b]", [$"{before}c", $"xx{before}c"], [$"{before}b", before]);
        }
    }

    [Fact]
    public void StepsPerCharacter_WorstPattern_IsAFewWords()
    {
        // One step for 64 places, not one for each place or for each character of a class.
        var signs = new string([.. Enumerable.Range('b', 1000).Select(sign => (char)sign)]);

        Assert.InRange(KeyGlob.Parse(string.Concat(Enumerable.Repeat("*a", 511)) + "*b").StepsPerCharacter, 1, 21);
        Assert.InRange(KeyGlob.Parse($"*[{signs}]").StepsPerCharacter, 1, 5);
        Assert.Equal(KeyGlob.Parse("*").StepsPerCharacter, KeyGlob.Parse(new string('*', 1000)).StepsPerCharacter);
    }

    private static void AssertMatches(string pattern, string[] matching, string[] others)
    {
        var glob = KeyGlob.Parse(pattern);
        Assert.All(matching, text => Assert.True(glob.IsMatch(text), $"{pattern} should match {text}"));
        Assert.All(others, text => Assert.False(glob.IsMatch(text), $"{pattern} should not match {text}"));
    }
}
