namespace Syntha.Server.Tests.Services;

/// <summary>The prompts of the Python package, line by line.</summary>
public sealed class BuildPromptTests(SharedServer server)
{
    private const string Lines =
        "Answer: 42\nApi Url2X: plain text\nNothing: None\n"
        + "Trip: {\n  \"city\": \"São\",\n  \"days\": [\n    1,\n    2.50\n  ],\n  \"empty\": {}\n}\nWrong: False";

    [Fact]
    public async Task System_WithoutATemplate_IsAHeaderAndALineForEachReadableItem()
    {
        var alice = await UserAsync();
        Assert.Equal($"[Context]\n{Lines}", await alice.TextAsync(new() { System = new() }));
        Assert.Equal(Lines, await alice.TextAsync(new() { System = new() { OmitHeader = true } }));
        Assert.Equal($"<[Context]\n{Lines}>", await alice.TextAsync(new() { System = new() { Template = "<{context}>" } }));
        Assert.Equal($"[Context]\n{Lines}\n\nBe kind.", await alice.TextAsync(new() { System = new() { ExistingPrompt = "Be kind." } }));
        Assert.Equal(["answer", "api_url2x", "nothing", "trip", "wrong"], (await alice.PromptAsync(new() { System = new() })).Keys);
    }

    [Fact]
    public async Task AnyKind_WithoutItems_IsWhatRemains()
    {
        var nobody = server.NewUser();
        Assert.Equal("", await nobody.TextAsync(new() { System = new() }));
        Assert.Equal("<>", await nobody.TextAsync(new() { System = new() { Template = "<{context}>" } }));
        Assert.Equal("Be kind.", await nobody.TextAsync(new() { System = new() { ExistingPrompt = "Be kind." } }));
        Assert.Equal("", await nobody.TextAsync(new() { Message = new() }));
        Assert.Equal("Be kind.", await nobody.TextAsync(new() { Inject = new() { ExistingPrompt = "Be kind." } }));
        Assert.Equal(
            "a  b",
            await nobody.TextAsync(
                new() { Inject = new() { ExistingPrompt = "a {context} b", Placement = PromptPlacement.ReplacePlaceholder } }));
        Assert.Equal("-", await nobody.TextAsync(new() { Custom = new() { Keys = { "k" }, Template = "{k}", FallbackText = "-" } }));
        Assert.False(server.HasStore(nobody.Id));
    }

    [Fact]
    public async Task Message_HasItsOwnHeader()
    {
        var alice = await UserAsync();
        Assert.Equal($"[Context Update]\n{Lines}", await alice.TextAsync(new() { Message = new() }));
        Assert.Equal(
            $"[Context Update]\n{Lines}", await alice.TextAsync(new() { Message = new() { ReadyTemplate = MessageTemplate.ContextOnly } }));
    }

    [Theory]
    [InlineData(SystemTemplate.Basic, "You are a helpful assistant.")]
    [InlineData(SystemTemplate.AgentSpecific, "You are one.")]
    [InlineData(SystemTemplate.ContextAware, "You are one, one of several agents")]
    public async Task System_ReadyTemplate_IsFilled(SystemTemplate template, string begin)
    {
        var text = await (await UserAsync()).TextAsync(new() { System = new() { ReadyTemplate = template } });
        Assert.StartsWith(begin, text, StringComparison.Ordinal);
        Assert.EndsWith($"[Context]\n{Lines}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MessageTemplate.Update)]
    [InlineData(MessageTemplate.Reminder)]
    public async Task Message_ReadyTemplate_IsFilled(MessageTemplate template) =>
        Assert.EndsWith(
            $"\n\n[Context Update]\n{Lines}", await (await UserAsync()).TextAsync(new() { Message = new() { ReadyTemplate = template } }),
            StringComparison.Ordinal);

    [Fact]
    public async Task ReadyTemplate_ThatIsNotThere_IsRefused()
    {
        var alice = server.NewUser();
        var refusal = await Refusal.OfAsync(
            ErrorReason.TemplateInvalid,
            alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new() { ReadyTemplate = (SystemTemplate)99 } } }));
        Assert.Equal(("ready_template", "99"), (refusal.Field, refusal.Info.Metadata["template"]));
        await Refusal.OfAsync(
            ErrorReason.TemplateInvalid,
            alice.Mesh.BuildPromptAsync(new() { Spec = new() { Message = new() { ReadyTemplate = (MessageTemplate)99 } } }));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.BuildPromptAsync(new() { Spec = new() }));
    }

    [Fact]
    public async Task Inject_PutsContextWhereItIsWanted()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k", "1");
        const string Context = "[Shared Context]\nK: 1";
        Assert.Equal($"{Context}\n\nBe kind.", await alice.TextAsync(new() { Inject = new() { ExistingPrompt = "Be kind." } }));
        Assert.Equal($"Be kind.--{Context}", await alice.TextAsync(new()
        {
            Inject = new() { ExistingPrompt = "Be kind.", Placement = PromptPlacement.Append, Separator = "--" },
        }));
        Assert.Equal($"a {Context} b {{{{x}}}} {Context}", await alice.TextAsync(new()
        {
            Inject = new() { ExistingPrompt = "a {context} b {{x}} {context}", Placement = PromptPlacement.ReplacePlaceholder },
        }));
    }

    [Fact]
    public async Task Custom_FillsEachPlaceAndNamesWhatItCannot()
    {
        var alice = await UserAsync();
        await alice.PushAsync("hidden", "1", subscribers: ["other"]);
        await alice.PushAsync("sly", "\"{answer}\"");
        var custom = new CustomPrompt
        {
            Keys = { "answer", "trip", "none", "hidden", "sly", "unused" },
            Template = "{\"x\": {answer}} {none}{hidden} {sly}",
            FallbackText = "?",
        };
        var prompt = await alice.PromptAsync(new() { Custom = custom });

        Assert.Equal("{\"x\": 42} ?? {answer}", prompt.Text);
        Assert.Equal(["answer", "sly"], prompt.Keys);
        custom.Template = "{answer} {answre}";
        var refusal = await Refusal.OfAsync(
            ErrorReason.TemplateInvalid, alice.Tools.BuildPromptAsync(new() { AsAgent = "one", Spec = new() { Custom = custom } }));
        Assert.Equal("answre", refusal.Info.Metadata["placeholder"]);
    }

    [Fact]
    public async Task AnyPrompt_OfTheSameItems_IsTheSameText()
    {
        var alice = await UserAsync();
        var before = await alice.TextAsync(new() { System = new() });
        // The same items, pushed again in another order.
        foreach (var key in (string[])["wrong", "answer"])
        {
            await alice.PushAsync(key, (await alice.ValueAsync(key))!);
        }

        Assert.Equal(before, await alice.TextAsync(new() { System = new() }));
        Assert.Equal(before, (await alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new() } })).Prompt.Text);
    }

    private async Task<TestUser> UserAsync()
    {
        var alice = server.NewUser();
        await alice.PushAsync("trip", """{"city": "S\u00e3o", "days": [1, 2.50], "empty": {}}""");
        await alice.PushAsync("api_url2x", "\"plain text\"");
        await alice.PushAsync("answer", "42");
        await alice.PushAsync("wrong", "false");
        await alice.PushAsync("nothing", "null");
        return alice;
    }
}
