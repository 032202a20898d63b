using System.Globalization;
using System.Text;
using Syntha.Storage.Encryption;

namespace Syntha.Storage.Tests.Encryption;

public sealed class StoreCipherTests
{
    private static readonly MasterKey Master = TestMasterKey.Create();

    private readonly DataKeys keys = DataKeys.Create(Master, UserId.Trusted("alice"));

    public static TheoryData<string, string?> Texts { get; } = new()
    {
        { "1", null }, { "\"é😀\"", "{}" }, { "", null }, { new string('x', 100_000), "{\"a\":1}" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Open_WhatWasSealed_IsTheSame(string text, string? more)
    {
        using var cipher = new StoreCipher(keys);

        var stored = Seal(cipher, text, more);

        Assert.Equal((text, more), cipher.Open(stored, 7, "k"));
        Assert.Equal(StoreCipher.Overhead, stored.Length - Encoding.UTF8.GetByteCount(text + more));
        Assert.NotEqual(stored, Seal(cipher, text, more));
    }

    [Fact]
    public void Open_AtAnotherPlace_OrForAnotherSubject_OrUser_Fails()
    {
        using var cipher = new StoreCipher(keys);
        var stored = Seal(cipher, "1", null);

        Assert.Throws<FormatException>(() => cipher.Open(stored, 8, "k"));
        Assert.Throws<FormatException>(() => cipher.Open(stored, 7, "l"));
        // Even under the same key.
        using var other = new StoreCipher(DataKeys.Read(Rewrapping(), UserId.Trusted("alicf"), keys.Text));
        Assert.Throws<FormatException>(() => other.Open(stored, 7, "k"));
        Assert.Equal("1", cipher.Open(stored, 7, "k").Text);
    }

    [Fact]
    public void OpenHash_UnderTheKeyBefore_WhileKeysRotate_IsTheSame()
    {
        var (request, other, hash) = (Guid.NewGuid(), Guid.NewGuid(), UInt128.MaxValue >> 32);
        using var before = new StoreCipher(keys);
        using var rotating = new StoreCipher(keys.WithNewKey());
        using var after = new StoreCipher(keys.WithNewKey().WithoutOld());

        var stored = before.SealHash(hash, request);

        Assert.Equal(hash, before.OpenHash(stored, request));
        Assert.Equal(hash, rotating.OpenHash(stored, request));
        Assert.Equal(hash, rotating.OpenHash(rotating.SealHash(hash, request), request));
        // Nothing of the hash shows without the key, nor that two requests have the same content.
        Assert.NotEqual(hash, stored);
        Assert.NotEqual(stored, before.SealHash(hash, other));
        Assert.NotEqual(stored, rotating.SealHash(hash, request));
        Assert.NotEqual(hash, after.OpenHash(stored, request));
        Assert.NotEqual(hash, before.OpenHash(stored, other));
    }

    [Fact]
    public void Open_AnyBitChanged_Fails()
    {
        using var cipher = new StoreCipher(keys);
        var stored = Seal(cipher, "\"value\"", "{}");

        for (var bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<FormatException>(() => cipher.Open(stored, 7, "k"));
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        for (var length = 0; length < stored.Length; length++)
        {
            Assert.Throws<FormatException>(() => cipher.Open(stored.AsSpan(0, length), 7, "k"));
        }
    }

    [Fact]
    public void Open_UnderAnOlderKey_WorksForAsLongAsThatIsKept()
    {
        using var before = new StoreCipher(keys);
        var stored = Seal(before, "1", null);
        var both = keys.WithNewKey();
        using var rotating = new StoreCipher(both);
        using var after = new StoreCipher(both.WithoutOld());

        Assert.Equal("1", rotating.Open(stored, 7, "k").Text);
        Assert.Throws<FormatException>(() => after.Open(stored, 7, "k"));
        Assert.True(rotating.TryRenew(stored, 7, "k"));
        Assert.False(rotating.TryRenew(stored, 7, "k"));
        Assert.Equal("1", after.Open(stored, 7, "k").Text);
        Assert.Same(both, both.WithNewKey());
    }

    [Fact]
    public void Read_KeysOfAnotherUser_OrUnderAnotherMasterKey_Fail()
    {
        Assert.Equal(keys.Text, DataKeys.Read(Master, UserId.Trusted("alice"), keys.Text).Text);
        Assert.Throws<FormatException>(() => DataKeys.Read(Master, UserId.Trusted("bob"), keys.Text));
        Assert.Throws<FormatException>(() => DataKeys.Read(TestMasterKey.Create(), UserId.Trusted("alice"), keys.Text));
        Assert.Throws<FormatException>(() => DataKeys.Read(Master, UserId.Trusted("alice"), ""));
    }

    [Fact]
    public void Overhead_InStatements_IsThatOfTheCipher() =>
        Assert.Equal(StoreCipher.OverheadText, StoreCipher.Overhead.ToString(CultureInfo.InvariantCulture));

    private static byte[] Seal(StoreCipher cipher, string text, string? more)
    {
        var stored = new byte[StoreCipher.SizeOf(text, more)];
        cipher.Seal(stored, 7, "k", text, more);
        return stored;
    }

    // Decrypts alice's keys for any user.
    private static MasterKey Rewrapping() => new(Master.Wrap, (_, wrapped) => Master.Unwrap("data key of alice", wrapped));
}
