using Syntha.Server.Mapping;

namespace Syntha.Server.Tests.Mapping;

/// <summary>The structured form of a value is made only where it has room (attack 36).</summary>
public sealed class StructuredWorkTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{\"a\":[]}")]
    public void Form_ThatHasNoRoom_IsNotMade(string element)
    {
        var json = $"[{string.Join(',', Enumerable.Repeat(element, 1_200_000 / (element.Length + 1)))}]";
        // The first use loads code.
        StructuredValue.FindForm(json, room: 1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(StructuredValue.FindForm(json, room: 500_000) is null);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1.5e3")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"\"")]
    [InlineData("\"é\\u00e9\\n\"")]
    [InlineData("\"\\ud83d\\ude00\"")]
    [InlineData("{\"a\":[],\"b\":{}}")]
    [InlineData("{\"\\u0061\\u0062\":\"c\"}")]
    public void Form_ThatHasJustEnoughRoom_IsMade(string element)
    {
        var json = $"[{string.Join(',', Enumerable.Repeat(element, 20_000))}]";
        var form = StructuredValue.FindForm(json, long.MaxValue)!;
        var size = form.CalculateSize();

        Assert.True(form.Equals(StructuredValue.FindForm(json, size)));
        Assert.True(StructuredValue.FindForm(json, size - 1) is null);
    }
}
