namespace Syntha.Mesh.Tests.Names;

/// <summary>Keys, agents and topics are any text without U+0000 and lone surrogates, limited in bytes.</summary>
public sealed class NameTests
{
    public static TheoryData<string> Odd =>
        new(" ", "a b", "../..", "a.b/c\\d", "@#$%_*?[]", "日本語", "\U0001F600", "\u202Eabc", "\n",
            "'; DROP TABLE items; --", "\uFFFF", "\u0001", "e\u0301");

    [Theory]
    [MemberData(nameof(Odd))]
    public void Parse_AnyText_IsKeptAsItIs(string text)
    {
        Assert.Equal(text, ContextKey.Parse(text).Value);
        Assert.Equal(text, AgentName.Parse(text).Value);
        Assert.Equal(text, TopicName.Parse(text).Value);
    }

    [Fact]
    public void Parse_EmptyText_IsAKeyButNoAgentAndNoTopic()
    {
        Assert.Equal("", ContextKey.Parse("").Value);
        Assert.Equal(ErrorReason.AgentInvalid, Refusal(() => AgentName.Parse("")).Reason);
        Assert.Equal(ErrorReason.TopicInvalid, Refusal(() => TopicName.Parse("")).Reason);
    }

    [Fact]
    public void Parse_NulOrLoneSurrogate_IsRefused()
    {
        // No theory: attributes are kept as UTF-8, which has no lone surrogates.
        foreach (var text in new[] { "a\0", "\0", "a\uD800", "\uD800a", "\uDC00", "\uDC00\uD800", "\U0001F600\uD83D" })
        {
            Assert.Equal(ErrorReason.KeyInvalid, Refusal(() => ContextKey.Parse(text)).Reason);
            Assert.Equal(ErrorReason.AgentInvalid, Refusal(() => AgentName.Parse(text)).Reason);
            Assert.Equal(ErrorReason.TopicInvalid, Refusal(() => TopicName.Parse(text)).Reason);
            Assert.Equal(ErrorReason.UserIdMalformed, Refusal(() => UserIdRule.Default.Parse(text)).Reason);
        }
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("é", 2)]
    [InlineData("日", 3)]
    [InlineData("\U0001F600", 4)]
    public void Parse_Length_IsCountedInBytes(string sign, int bytes)
    {
        Check(ErrorReason.KeyInvalid, 4096, text => ContextKey.Parse(text));
        Check(ErrorReason.AgentInvalid, 512, text => AgentName.Parse(text));
        Check(ErrorReason.TopicInvalid, 512, text => TopicName.Parse(text));

        void Check(ErrorReason reason, int limit, Action<string> parse)
        {
            var full = string.Concat(Enumerable.Repeat(sign, limit / bytes)) + new string('x', limit % bytes);
            parse(full);
            var refusal = Refusal(() => parse(full + "x"));
            Assert.Equal(reason, refusal.Reason);
            Assert.Equal($"{limit}", refusal.Metadata["limit"]);
            Assert.Equal($"{limit + 1}", refusal.Metadata["actual"]);
        }
    }

    [Fact]
    public void Equality_IsByCharacters()
    {
        Assert.NotEqual(ContextKey.Parse("a"), ContextKey.Parse("A"));
        // Composed and decomposed: distinct names, never merged.
        Assert.NotEqual(ContextKey.Parse("\u00E9"), ContextKey.Parse("e\u0301"));
        Assert.NotEqual(AgentName.Parse("ann"), AgentName.Parse("ann "));
    }

    private static MeshException Refusal(Action parse) => Assert.Throws<MeshException>(parse);
}
