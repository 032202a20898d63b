using CsCheck;

namespace Syntha.Mesh.Tests.Reading;

/// <summary>However a list is cut into pages, the pages together are the list.</summary>
public sealed class ItemPagingTests
{
    // Around the place where UTF-16 and UTF-8 disagree: surrogate pairs against U+E000 to U+FFFF.
    private static readonly Gen<string> Keys =
        Gen.OneOf("", "a", "b", "/", "é", "\uD7FF", "\uE000", "\uFB00", "\uFFFD", "\U00010000", "\U0001F600", "\U0010FFFF")
            .Array[0, 4].Select(parts => string.Concat(parts));

    private readonly TestMesh mesh = new();

    [Fact]
    public void List_AnyKeys_AreInUtf8ByteOrderInPagesOfAnySize() =>
        Gen.Select(Keys.Array[0, 12], Gen.Int[1, 5], Keys).Sample(
            (keys, size, prefix) =>
            {
                var random = new TestMesh();
                foreach (var key in keys)
                {
                    Assert.True(random.DoAsync(Commands.Push(key)).IsCompletedSuccessfully);
                }

                var expected = keys.Distinct().Order(Comparer<string>.Create(CompareBytes)).ToList();

                Assert.Equal(expected, Pages.All(random.View(null), new(), size).Select(item => item.Key.Value));
                Assert.Equal(
                    expected.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)),
                    Pages.All(random.View(null), new(Prefix: prefix), size).Select(item => item.Key.Value));
            },
            iter: 300);

    [Fact]
    public void Order_AnyTwoTexts_IsTheOrderOfTheirUtf8Bytes() =>
        Gen.Select(Keys, Keys).Sample(
            (left, right) => Assert.Equal(Math.Sign(CompareBytes(left, right)), Math.Sign(Utf8Order.Instance.Compare(left, right))),
            iter: 5000);

    [Fact]
    public async Task List_PageEnds_OnlyWhenThereIsMore()
    {
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"));

        Assert.Null(mesh.View(null).List(new(), Limits(2)).NextAfter);
        Assert.Equal("a", mesh.View(null).List(new(), Limits(1)).NextAfter);
        Assert.Empty(mesh.View(null).List(new(), Limits(1, after: "b")).Items);
    }

    [Fact]
    public async Task List_AfterTheEmptyKey_GoesOnBehindIt()
    {
        await mesh.DoAllAsync(Commands.Push(""), Commands.Push("a"));

        var first = mesh.View(null).List(new(), Limits(1));
        Assert.Equal("", first.NextAfter);
        Assert.Equal("a", Assert.Single(mesh.View(null).List(new(), Limits(1, first.NextAfter)).Items).Key.Value);
    }

    [Fact]
    public async Task List_AfterAKeyThatIsGone_GoesOnWhereItWas()
    {
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"), Commands.Remove("b"));

        Assert.Equal("c", Assert.Single(mesh.View(null).List(new(), Limits(5, after: "b")).Items).Key.Value);
    }

    [Fact]
    public async Task List_AfterAKeyOutsideThePrefix_StaysWithinThePrefix()
    {
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("p/1"), Commands.Push("p/2"), Commands.Push("z"));

        Assert.Equal(["p/1", "p/2"], mesh.View(null).List(new(Prefix: "p/"), Limits(5, after: "a")).Items.Select(item => item.Key.Value));
        Assert.Empty(mesh.View(null).List(new(Prefix: "p/"), Limits(5, after: "q")).Items);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("*")]
    [InlineData("?")]
    [InlineData("[a]")]
    [InlineData("\\")]
    [InlineData("a\n")]
    [InlineData("foo")]
    public async Task List_Prefix_IsTakenLiterally(string prefix)
    {
        foreach (var key in new[] { prefix, prefix + "bar", "a", "b", "ab", "fo", "Foo", "xfoo" })
        {
            await mesh.DoAsync(Commands.Push(key));
        }

        Assert.Equal([prefix, prefix + "bar"], mesh.Keys(filter: new(Prefix: prefix)));
    }

    [Fact]
    public async Task List_Filters_AreAllToHold()
    {
        await mesh.DoAllAsync(
            Commands.Push("p/a", topics: ["t"]),
            Commands.Push("p/b", topics: ["t"]),
            Commands.Push("p/a2", topics: ["u"]),
            Commands.Push("q/a", topics: ["t"]));

        Assert.Equal(["p/a"], mesh.Keys(filter: new([TopicName.Parse("t")], "p/", KeyGlob.Parse("*a*"))));
    }

    [Fact]
    public async Task List_PageLimitOfBytes_CutsThePage()
    {
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"), Commands.Push("d"));
        const long Size = PageLimits.MaxBytes / 3;

        var pages = Pages.Walk(mesh.View(null), new(), 100, _ => Size).ToList();

        Assert.Equal([3, 1], pages.Select(page => page.Items.Count));
    }

    [Fact]
    public async Task List_ItemLargerThanAPage_HasOneOfItsOwn()
    {
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"));

        var pages = Pages.Walk(mesh.View(null), new(), 100, item => item.Key.Value == "b" ? PageLimits.MaxBytes * 2 : 1).ToList();

        Assert.Equal(["a", "b", "c"], pages.SelectMany(page => page.Items).Select(item => item.Key.Value));
        Assert.All(pages, page => Assert.Single(page.Items));
    }

    [Fact]
    public async Task List_GlobThatMatchesNextToNothing_IsCutByWorkAndAddsUp()
    {
        const int Keys = 45_000;
        await mesh.DoAsync(Commands.PushMany(null, [.. Enumerable.Range(0, Keys).Select(number => Commands.Draft($"{number:d5}"))]));

        var pages = Pages.Walk(mesh.View(null), new(Glob: KeyGlob.Parse("*44999")), 100).ToList();

        Assert.Equal("44999", Assert.Single(pages.SelectMany(page => page.Items)).Key.Value);
        Assert.Equal(3, pages.Count);
        Assert.Empty(pages[0].Items);
    }

    [Fact]
    public async Task List_LongGlobOnLongKeys_LooksAtFewerOfThem()
    {
        await PushLongKeysAsync(200);
        var stars = string.Concat(Enumerable.Repeat("*a", 500));

        var pages = Pages.Walk(mesh.View(null), new(Glob: KeyGlob.Parse($"{stars}b")), 100).ToList();

        Assert.True(pages.Count > 10, $"{pages.Count} pages");
        Assert.Equal(200, Pages.All(mesh.View(null), new(Glob: KeyGlob.Parse(stars))).Count);
    }

    [Fact]
    public async Task List_GlobWithALargeClass_CostsNoMoreThanAShortOne()
    {
        await PushLongKeysAsync(200);
        var signs = new string([.. Enumerable.Range('b', 1000).Select(sign => (char)sign)]);

        var pages = Pages.Walk(mesh.View(null), new(Glob: KeyGlob.Parse($"*[{signs}]")), 100).Count();

        Assert.InRange(pages, 2, 4);
        Assert.Equal(pages, Pages.Walk(mesh.View(null), new(Glob: KeyGlob.Parse("*b")), 100).Count());
    }

    private Task<CommandResult> PushLongKeysAsync(int count) => mesh.DoAsync(
        Commands.PushMany(null, [.. Enumerable.Range(0, count).Select(number => Commands.Draft($"{number:d3}{new string('a', 4000)}"))]));

    private static PageLimits Limits(int maxItems, string? after = null) => new(after, maxItems, item => item.Bytes);

    private static int CompareBytes(string? left, string? right) =>
        Encoding.UTF8.GetBytes(left!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right!));
}
