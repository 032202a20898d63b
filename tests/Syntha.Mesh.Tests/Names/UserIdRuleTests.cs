namespace Syntha.Mesh.Tests.Names;

public sealed class UserIdRuleTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("Alice")]
    [InlineData("a.b@x|y-z_1")]
    [InlineData("auth0|123")]
    [InlineData("con")]
    public void Default_FittingId_IsKeptAsItIs(string id) => Assert.Equal(id, UserIdRule.Default.Parse(id).Value);

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData("_a")]
    [InlineData("@a")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("../a")]
    [InlineData("a\n")]
    [InlineData("a\r\n")]
    [InlineData("a\0")]
    [InlineData("a:b")]
    [InlineData("a%2e")]
    [InlineData("a'b")]
    [InlineData("ä")]
    [InlineData("а")]
    [InlineData("ａ")]
    [InlineData("a\u202Eb")]
    [InlineData(" ")]
    public void Default_OtherId_IsMalformed(string id)
    {
        var refusal = Assert.Throws<MeshException>(() => UserIdRule.Default.Parse(id));

        Assert.Equal(ErrorReason.UserIdMalformed, refusal.Reason);
        Assert.Equal(UserIdRule.Default.Pattern, refusal.Metadata["pattern"]);
        Assert.Equal(ErrorReason.UserIdMalformed, Assert.Throws<MeshException>(() => UserIdRule.Seed.Parse(id)).Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Parse_NoId_IsMissingUnderEveryRule(string? id)
    {
        foreach (var rule in new[] { UserIdRule.Default, UserIdRule.Seed, UserIdRule.FromPattern(".*") })
        {
            Assert.Equal(ErrorReason.UserIdMissing, Assert.Throws<MeshException>(() => rule.Parse(id)).Reason);
        }
    }

    [Fact]
    public void Parse_Length_IsBoundedByEveryRule()
    {
        var (fifty, most) = (new string('a', 50), new string('a', 128));

        UserIdRule.Default.Parse(most);
        UserIdRule.FromPattern("a*").Parse(most);
        UserIdRule.Seed.Parse(fifty);
        Assert.Throws<MeshException>(() => UserIdRule.Default.Parse(most + "a"));
        Assert.Throws<MeshException>(() => UserIdRule.FromPattern("a*").Parse(most + "a"));
        Assert.Throws<MeshException>(() => UserIdRule.Seed.Parse(fifty + "a"));
    }

    [Theory]
    [InlineData("a_b")]
    [InlineData("a.b")]
    [InlineData("a-b")]
    public void Seed_OnlyLettersAndDigits(string id)
    {
        UserIdRule.Seed.Parse("Alice01");
        Assert.Throws<MeshException>(() => UserIdRule.Seed.Parse(id));
    }

    [Fact]
    public void Presets_DoWhatTheirPatternsSay()
    {
        foreach (var rule in new[] { UserIdRule.Default, UserIdRule.Seed })
        {
            var pattern = new System.Text.RegularExpressions.Regex(rule.Pattern);
            for (var sign = (char)0; sign < 0x250; sign++)
            {
                foreach (var id in new[] { $"{sign}", $"a{sign}", $"{sign}a", $"a{sign}a" })
                {
                    Assert.Equal(pattern.IsMatch(id), IsAccepted(rule, id));
                }
            }
        }
    }

    [Theory]
    [InlineData("[a-z]+", "abc", true)]
    [InlineData("[a-z]+", "abc1", false)]
    [InlineData("[a-z]+", "1abc", false)]
    [InlineData("^[a-z]+$", "abc", true)]
    [InlineData("^[a-z]+$", "abc\n", false)]
    [InlineData("a|b", "a", true)]
    [InlineData("a|b", "b", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a|b", "xb", false)]
    [InlineData("a|b", "ax", false)]
    [InlineData(".+", "a/b", true)]
    [InlineData(".+", "a b", false)]
    [InlineData(".+", "ä", false)]
    [InlineData(@"[\s\S]+", "a\n", false)]
    [InlineData("(?i)abc", "ABC", true)]
    public void FromPattern_TheIdAsAWhole_MustMatch(string pattern, string id, bool isAccepted) =>
        Assert.Equal(isAccepted, IsAccepted(UserIdRule.FromPattern(pattern), id));

    [Theory]
    [InlineData("[")]
    [InlineData("(a")]
    [InlineData("a)")]
    // Not a regular expression by itself, though it would be one between the anchors: a way around them.
    [InlineData("a)|(?:b")]
    [InlineData("a)|(b")]
    // Its comment would swallow the anchor.
    [InlineData("(?x) a b # both")]
    // Need backtracking, with which an id could stall the server.
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)a")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a+)a")]
    public void FromPattern_UnusablePattern_IsAnArgumentException(string pattern) =>
        Assert.ThrowsAny<ArgumentException>(() => UserIdRule.FromPattern(pattern));

    [Fact]
    public void FromPattern_PatternThatWouldBacktrack_AnswersAllTheSame()
    {
        var rule = UserIdRule.FromPattern("(a+)+b");

        Assert.False(IsAccepted(rule, new string('a', 127) + "c"));
        Assert.True(IsAccepted(rule, new string('a', 127) + "b"));
    }

    private static bool IsAccepted(UserIdRule rule, string id)
    {
        try
        {
            return rule.Parse(id).Value == id;
        }
        catch (MeshException refusal) when (refusal.Reason == ErrorReason.UserIdMalformed)
        {
            return false;
        }
    }
}
