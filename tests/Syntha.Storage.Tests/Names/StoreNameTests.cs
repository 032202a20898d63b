using CsCheck;
using Syntha.Storage.Names;

namespace Syntha.Storage.Tests.Names;

public sealed class StoreNameTests
{
    private static readonly Gen<string> Ids = Gen.String[Gen.Char['!', '~'], 1, 128];

    [Theory]
    [InlineData("alice")]
    [InlineData("0")]
    [InlineData("acme-corp_7")]
    [InlineData("com10")]
    [InlineData("pg")]
    [InlineData("12345678901234567890123456789012345678901234567890")]
    public void Of_SafeLowerCaseId_IsTheIdItself(string id) => Assert.Equal(id, StoreName.Of(UserIds.Of(id)).Value);

    [Theory]
    [InlineData("Alice")]
    [InlineData("a.b@x")]
    [InlineData("a_b_x.")]
    [InlineData("-a")]
    [InlineData("_a")]
    [InlineData("~a")]
    [InlineData("..")]
    [InlineData("../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a|b")]
    [InlineData("a\"b")]
    [InlineData("123456789012345678901234567890123456789012345678901")]
    [InlineData("con")]
    [InlineData("nul")]
    [InlineData("aux")]
    [InlineData("prn")]
    [InlineData("com1")]
    [InlineData("lpt9")]
    [InlineData("public")]
    [InlineData("pg_catalog")]
    [InlineData("pg_temp_1")]
    [InlineData("information_schema")]
    [InlineData("postgres")]
    [InlineData("syntha")]
    public void Of_AnyOtherId_IsAHash(string id) => Assert.Matches("^~[a-z2-7]{32}$", StoreName.Of(UserIds.Of(id)).Value);

    // Files of that name exist, so it must never change.
    [Fact]
    public void Of_KnownId_IsWhatItAlwaysWas() => Assert.Equal("~" + Base32(UserIds.Of("Alice")), StoreName.Of(UserIds.Of("Alice")).Value);

    [Fact]
    public void Of_TwoIds_NeverMeetWhateverTheCaseAndTheLength() => Gen.Select(Ids, Ids, Gen.Int[0, 3]).Sample(
        (first, other, relation) =>
        {
            var second = relation switch
            {
                0 => first.ToUpperInvariant(),
                1 => first.ToLowerInvariant(),
                2 => first[..Math.Min(first.Length, 63)] + other,
                _ => other,
            };
            if (second.Length > UserIdRule.MaxLength || first == second)
            {
                return;
            }
            // As a file system without case compares names, and as PostgreSQL does, which cuts at 63 bytes.
            var one = "user_" + StoreName.Of(UserIds.Of(first));
            var two = "user_" + StoreName.Of(UserIds.Of(second));
            Assert.NotEqual(one[..Math.Min(one.Length, 63)], two[..Math.Min(two.Length, 63)], StringComparer.OrdinalIgnoreCase);
        });

    [Fact]
    public void Of_AnyId_IsSafeOnDiskAndInPostgres() => Ids.Sample(id =>
    {
        var name = StoreName.Of(UserIds.Of(id)).Value;
        Assert.Matches("^(?:~[a-z2-7]{32}|[a-z0-9][a-z0-9_-]{0,49})$", name);
        Assert.DoesNotMatch("^(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|pg_.*)$", name);
    });

    // RFC 4648 the slow way, to check the quick one.
    private static string Base32(UserId user)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(user.Value));
        var bits = string.Concat(hash.Take(20).Select(value => Convert.ToString(value, 2).PadLeft(8, '0')));
        return string.Concat(bits.Chunk(5).Select(chunk => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(new string(chunk), 2)]));
    }
}
