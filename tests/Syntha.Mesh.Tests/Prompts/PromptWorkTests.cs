using System.Text.Encodings.Web;
using System.Text.Json;
using Syntha.Mesh.Prompts;

namespace Syntha.Mesh.Tests.Prompts;

/// <summary>A prompt takes no more memory than its text may have, whatever the values look like.</summary>
public sealed class PromptWorkTests
{
    private const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TestMesh mesh = new();

    [Theory]
    [InlineData(PromptFormat.Plain)]
    [InlineData(PromptFormat.Fenced)]
    public async Task Build_ValueThatIndentationMakesManyTimesLarger_IsGivenUpAtTheRoom(PromptFormat format)
    {
        // Two blanks a level before each number: 129 bytes for two.
        await mesh.DoAsync(Commands.Push("k", Nested(levels: 62, numbers: 500_000)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var prompt = Build(format);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 48 * MaxBytes);
        Assert.Equal(format == PromptFormat.Plain, prompt.TotalOmitted == 1);
    }

    [Fact]
    public async Task Build_ManyValuesThatCannotFit_AreNotRead()
    {
        // With escapes they could be small, and have none.
        await mesh.DoAsync(Commands.PushMany(
            null, [.. Enumerable.Range(0, 20).Select(number => Commands.Draft($"{number}", Nested(levels: 60, numbers: 100_000)))]));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var prompt = Build(PromptFormat.Plain, maxBytes: 100_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxBytes);
        Assert.Equal(20, prompt.TotalOmitted);
    }

    [Fact]
    public async Task Write_ThatIsCancelled_EndsWithinTheValue()
    {
        var looks = 0;
        using var writer = new ItemWriter(
            PromptFormat.Fenced, () =>
            {
                looks++;
                throw new OperationCanceledException();
            });
        await mesh.DoAsync(Commands.Push("k", Nested(levels: 2, numbers: 100_000)));

        Assert.Throws<OperationCanceledException>(() => writer.Write(mesh.Item("k"), MaxBytes));
        Assert.Equal(1, looks);
    }

    [Fact]
    public async Task Build_Numbers_KeepTheirText()
    {
        string[] numbers = ["-0", "-0.0", "0.10", "1E+2", "9223372036854775807", "9223372036854775808", "-123456789012345678901", "7"];
        await mesh.DoAsync(Commands.Push("k", $"[{string.Join(',', numbers)}]"));

        var lines = Build(PromptFormat.Plain).Text.Split('\n').Select(line => line.Trim(' ', ','));

        Assert.Equal(numbers, lines.Where(line => line.Length > 0 && (char.IsAsciiDigit(line[0]) || line[0] == '-')));
    }

    [Theory]
    [InlineData(
        "{\"a\":[],\"b\":{},\"c\":[{\"d\":[1,2.50,1e5,true,false,null," +
        "\"\\u00e9\\n\\\"\"]}],\"\\u0061\\n\":{\"x\":1},\"p\":\"PAD\"}")]
    [InlineData("[\"PAD\",[[[]]],{\"k\":{\"k\":{}}}]")]
    public async Task Build_LongValueThatFits_IsWrittenAsAShortOneIs(string shape)
    {
        var value = shape.Replace("PAD", new string('p', 5_000), StringComparison.Ordinal);
        await mesh.DoAsync(Commands.Push("k", value));

        var text = Build(PromptFormat.Plain).Text;

        using var document = JsonDocument.Parse(value);
        Assert.EndsWith(JsonSerializer.Serialize(document.RootElement, Indented), text, StringComparison.Ordinal);
        // An item takes the end of its line as well.
        Assert.Equal(0, Build(PromptFormat.Plain, Encoding.UTF8.GetByteCount(text) + 1).TotalOmitted);
        Assert.Equal(1, Build(PromptFormat.Plain, Encoding.UTF8.GetByteCount(text)).TotalOmitted);
    }

    [Fact]
    public async Task Build_EscapesOfALongText_CountAsWhatTheyStandFor()
    {
        var value = "\"" + string.Concat(Enumerable.Repeat("\\u0041", 2_000)) + "\"";
        await mesh.DoAsync(Commands.Push("k", value));

        Assert.Equal(0, Build(PromptFormat.Plain, 2_100).TotalOmitted);
    }

    [Fact]
    public async Task Build_IsCancelled_Ends()
    {
        await mesh.DoAsync(Commands.Push("k"));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.Throws<OperationCanceledException>(
            () => PromptBuilder.Build(Request(PromptFormat.Plain, MaxBytes), mesh.View(null).Until(cancelled.Token)));
    }

    private static string Nested(int levels, int numbers) =>
        new string('[', levels) + string.Join(',', Enumerable.Repeat("1", numbers)) + new string(']', levels);

    private static PromptRequest Request(PromptFormat format, int maxBytes) =>
        new(new PromptKind.SystemPrompt("", "", false, ""), format, null, null, maxBytes);

    private Prompt Build(PromptFormat format, int maxBytes = MaxBytes) => PromptBuilder.Build(Request(format, maxBytes), mesh.View(null));
}
