using Syntha.Mesh.Prompts;

namespace Syntha.Mesh.Tests.Prompts;

/// <summary>A prompt that was written a moment ago is taken again only where it would be written just the same.</summary>
public sealed class RecentPromptsTests
{
    private static readonly PromptRequest System =
        new(new PromptKind.SystemPrompt("", "", false, ""), PromptFormat.Plain, null, null, 1 << 20);

    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Build_SameRequestOfTheSameState_IsTheSamePrompt()
    {
        await mesh.DoAsync(Commands.Push("k", ttl: TimeSpan.FromMinutes(1)));

        var first = Build(System, "ann");
        mesh.Clock.Advance(TimeSpan.FromSeconds(59));

        Assert.Same(first, Build(System with { Kind = new PromptKind.SystemPrompt("", "", false, "") }, "ann"));
    }

    [Fact]
    public async Task Build_OtherRequestOrCaller_IsAnotherPrompt()
    {
        await mesh.DoAllAsync(Commands.Push("k"), Commands.Push("hers", to: ["ann"]));

        var texts = new[]
        {
            Build(System, "ann"), Build(System, "bob"), Build(System, null), Build(System with { Format = PromptFormat.Fenced }, "ann"),
            Build(System with { MaxBytes = 20 }, "ann"), Build(System with { Kind = new PromptKind.SystemPrompt("", "", true, "") }, "ann"),
            Build(System with { Kind = new PromptKind.Message("", "", false) }, "ann"),
            Build(System with { Since = mesh.View(null).Position }, "ann"),
        }.Select(prompt => prompt.Text);

        // The owner and ann see the same items, so these two prompts are alike.
        Assert.Equal(7, texts.Distinct().Count());
        Assert.DoesNotContain("Hers", Build(System, "bob").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_AfterAChange_ShowsIt()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("news", topics: ["t"]));
        Assert.Equal("[Context]\nK: 1", Build(System, "ann").Text);

        await mesh.DoAsync(Commands.Push("k", "2"));
        Assert.Equal("[Context]\nK: 2", Build(System, "ann").Text);
        await mesh.DoAsync(Commands.Register("ann", "t"));

        Assert.Equal("[Context]\nK: 2\nNews: 1", Build(System, "ann").Text);
    }

    [Fact]
    public async Task Build_WhenAnItemHasExpired_LeavesItOut()
    {
        await mesh.DoAllAsync(
            Commands.Push("k"), Commands.Push("short", ttl: TimeSpan.FromSeconds(1)), Commands.Push("long", ttl: TimeSpan.FromSeconds(2)));
        Assert.Contains("Short", Build(System, "ann").Text, StringComparison.Ordinal);

        // Without an expiry in the log: the clock alone makes the difference.
        var view = mesh.View("ann");
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("[Context]\nK: 1\nLong: 1\nShort: 1", PromptBuilder.Build(System, view).Text);
        Assert.Equal("[Context]\nK: 1\nLong: 1", Build(System, "ann").Text);
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("[Context]\nK: 1", Build(System, "ann").Text);
    }

    [Fact]
    public async Task Build_WithinAnAge_AsksTheClockAnew()
    {
        await mesh.DoAsync(Commands.Push("k"));
        var recent = System with { MaxAge = TimeSpan.FromMinutes(1) };
        Assert.Contains("K: 1", Build(recent, "ann").Text, StringComparison.Ordinal);

        mesh.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("", Build(recent, "ann").Text);
    }

    [Fact]
    public async Task Prompts_ThatAreKept_AreFewAndCounted()
    {
        await mesh.DoAsync(Commands.Push("k", $"\"{new string('x', 10_000)}\""));
        var before = mesh.Mesh.MemoryBytes;
        var oldest = Build(System, "agent 0");
        for (var n = 1; n < 20; n++)
        {
            Build(System, $"agent {n}");
        }

        // Four, each as a text and as it is sent.
        Assert.InRange(mesh.Mesh.MemoryBytes - before, 120_000, 130_000);
        Assert.NotSame(oldest, Build(System, "agent 0"));
        Assert.Same(Build(System, "agent 19"), Build(System, "agent 19"));
    }

    [Fact]
    public async Task Prompt_ThatIsTooLongOrSoonAnother_IsNotKept()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", $"\"{new string('\u65e5', 15_000)}\""), Commands.Push("l", $"\"{new string('\u65e5', 10_000)}\""));
        var since = System with { Since = mesh.View(null).Position };
        var before = mesh.Mesh.MemoryBytes;

        // 15,000 characters of two bytes in memory and three on the wire are kept, 25,000 are not.
        Assert.True(Build(System with { MaxBytes = 50_000 }, "ann").IsKept);
        var kept = mesh.Mesh.MemoryBytes - before;
        Assert.InRange(kept, 75_000, 76_000);
        Assert.False(Build(System, "ann").IsKept);
        Assert.False(Build(since, "ann").IsKept);
        Assert.False(Build(System with { MaxBytes = 50_000, MaxAge = TimeSpan.FromHours(1) }, "ann").IsKept);
        Assert.False(Build(System with { Kind = new PromptKind.Custom([ContextKey.Parse("k")], "{k}", "") }, "ann").IsKept);
        Assert.Equal(kept, mesh.Mesh.MemoryBytes - before);
    }

    private Prompt Build(PromptRequest request, string? by) => PromptBuilder.Build(request, mesh.View(by));
}
