using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;

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
        using var after = new StoreCipher(Newest(keys.WithNewKey()));

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
    public void Seal_PlacesOfManyCommands_AreUnderKeysOfTheirOwn()
    {
        using var cipher = new StoreCipher(keys);
        var (last, next) = (StoredPlace.LastOf(255).Value, StoredPlace.FirstOf(256).Value);

        // A group is 256 commands of at most 2^24 changes: at most 2^32 texts, which is as many as AES-GCM takes under one key.
        Assert.Equal((0L, 1L, 1L << 32), (last >> 32, next >> 32, 256L * (StoredPlace.MaxIndex + 1L)));
        foreach (var place in (long[])[last, next])
        {
            var stored = new byte[StoreCipher.SizeOf("1", null)];
            cipher.Seal(stored, place, "k", "1", null);

            Assert.True(OpensUnder(keys.Newest.ForRows(place >> 32), stored, place));
            Assert.False(OpensUnder(keys.Newest.ForRows(1 - (place >> 32)), stored, place));
            Assert.False(OpensUnder(keys.Newest.Secret, stored, place));
            Assert.Equal("1", cipher.Open(stored, place, "k").Text);
        }
    }

    [Fact]
    public void Open_RowsOfMoreGroupsThanAreKept_Works()
    {
        using var cipher = new StoreCipher(keys);
        var rows = Enumerable.Range(0, 300).Select(number => ((long)number << 32, new byte[StoreCipher.SizeOf("1", null)])).ToList();
        rows.ForEach(row => cipher.Seal(row.Item2, row.Item1, "k", "1", null));

        Assert.All(rows, row => Assert.Equal("1", cipher.Open(row.Item2, row.Item1, "k").Text));
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
        using var after = new StoreCipher(Newest(both));

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

    // Decrypts by hand, as the stored form is documented.
    private static bool OpensUnder(byte[] key, byte[] stored, long place)
    {
        var bound = new byte[5 + sizeof(long) + 7];
        stored.AsSpan(0, 5).CopyTo(bound);
        BinaryPrimitives.WriteInt64BigEndian(bound.AsSpan(5), place);
        Encoding.UTF8.GetBytes("alice\0k").CopyTo(bound, 13);
        using var aes = new AesGcm(key, 16);
        try
        {
            aes.Decrypt(stored.AsSpan(5, 12), stored.AsSpan(17..^16), stored.AsSpan(^16..), new byte[stored.Length - 33], bound);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static DataKeys Newest(DataKeys keys) => keys.WithoutOlderThan(keys.Newest);

    private static byte[] Seal(StoreCipher cipher, string text, string? more)
    {
        var stored = new byte[StoreCipher.SizeOf(text, more)];
        cipher.Seal(stored, 7, "k", text, more);
        return stored;
    }

    // Decrypts alice's keys for any user.
    private static MasterKey Rewrapping() => new(Master.Wrap, (_, wrapped) => Master.Unwrap("data key of alice", wrapped));
}
