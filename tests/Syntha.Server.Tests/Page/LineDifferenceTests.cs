using Syntha.Page.Items;

namespace Syntha.Server.Tests.Page;

/// <summary>What somebody is shown before a value of somebody else is overwritten.</summary>
public sealed class LineDifferenceTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\nb\nc", "a\nx\nc")]
    [InlineData("a\nb", "b\na")]
    [InlineData("a", "b\nc\nd")]
    [InlineData("a\nb\nc\nd\ne\nf\ng\nh", "h\nb\nc\nd\ne\nf\ng\na")]
    public void Lines_OfADifference_GiveBothTextsBack(string before, string after)
    {
        var lines = LineDifference.Of(before, after)!;

        Assert.Equal(before.Split('\n'), lines.Where(line => line.Kind != LineKind.After).Select(line => line.Text));
        Assert.Equal(after.Split('\n'), lines.Where(line => line.Kind != LineKind.Before).Select(line => line.Text));
    }

    [Fact]
    public void Lines_ThatAreEqual_AreToldAsEqual() =>
        Assert.Equal(
            [LineKind.Same, LineKind.Before, LineKind.After, LineKind.Same],
            LineDifference.Of("a\nb\nc", "a\nx\nc")!.Select(line => line.Kind));

    [Fact]
    public void Texts_OfTooManyLines_AreNotCompared() =>
        Assert.Null(LineDifference.Of(new('\n', LineDifference.MaxLines), "a"));
}
