using Syntha.Mesh.Prompts;

namespace Syntha.Mesh.Tests.Prompts;

/// <summary>Templates as Python fills them, and templates that Python would refuse.</summary>
public sealed class TemplateTests
{
    [Theory]
    [InlineData("a {x} b", "a <x> b")]
    [InlineData("{x}{x}{y}", "<x><x><y>")]
    [InlineData("", "")]
    // Python's escapes.
    [InlineData("{{x}} {x}", "{x} <x>")]
    [InlineData("{{{x}}}", "{<x>}")]
    // Python refuses these templates. Then braces stand for themselves, also doubled ones.
    [InlineData("""{"json": {"nested": 1}} {x}""", """{"json": {"nested": 1}} <x>""")]
    [InlineData("} {x} {", "} <x> {")]
    [InlineData("{ {x}", "{ <x>")]
    [InlineData("{x", "{x")]
    [InlineData("{unknown} {{x}} {x}", "{unknown} {<x>} <x>")]
    [InlineData("{}", "{}")]
    public void Parse_AnyTemplate_FillsItsPlaceholders(string template, string filled) =>
        Assert.Equal(filled, Fill(Template.Parse(template, name => name is "x" or "y")));

    [Theory]
    [InlineData("{x} {z}", "z")]
    [InlineData("""{"a": {z}}""", "z")]
    [InlineData("{{{z_1.a-b}}}", "z_1.a-b")]
    public void Parse_UnknownNameWhereItIsRefused_NamesIt(string template, string unknown)
    {
        var refusal = Assert.Throws<MeshException>(() => Template.Parse(template, name => name == "x", refusesUnknown: true));
        Assert.Equal((ErrorReason.TemplateInvalid, unknown), (refusal.Reason, refusal.Metadata["placeholder"]));
    }

    [Theory]
    [InlineData("{{z}} {x}")]
    [InlineData("""{"z": 1} {x} {3} { z } {}""")]
    public void Parse_BracesThatAreNoName_AreNotRefused(string template) =>
        Assert.Contains("<x>", Fill(Template.Parse(template, name => name == "x", refusesUnknown: true)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{a")]
    [InlineData("{a}")]
    [InlineData("{{a}")]
    [InlineData("{x}")]
    public void Parse_AMegabyteOfBraces_IsRead(string unit)
    {
        // In time that grows with the square this would take hours.
        var template = string.Concat(Enumerable.Repeat(unit, (1024 * 1024 / unit.Length) | 1));
        Assert.Equal(
            template.Replace("{x}", "<x>", StringComparison.Ordinal), Fill(Template.Parse(template, name => name == "x")));
        Template.Replacing(template, "x");
    }

    private static string Fill(Template template) =>
        string.Concat(template.Parts.Select(part => part.IsPlaceholder ? $"<{part.Text}>" : part.Text));
}
