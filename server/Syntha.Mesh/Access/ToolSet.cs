using System.Numerics;

namespace Syntha.Mesh.Access;

/// <summary>A set of tools, with one bit for each, because every call of an agent looks at it.</summary>
public readonly record struct ToolSet
{
    private readonly uint bits;

    private ToolSet(uint bits) => this.bits = bits;

    public static ToolSet None { get; }

    public static ToolSet All { get; } = Of(Enum.GetValues<Tool>());

    /// <summary>
    /// The tools of an agent that nothing restricts: those of the Python package. Programs that were written for these must not find others
    /// in their lists, so the owner turns on later tools by naming them.
    /// </summary>
    public static ToolSet Standard { get; } = All.Without(Of(Tool.UpdateContext, Tool.Claim, Tool.Release));

    public int Count => BitOperations.PopCount(bits);

    public static ToolSet Of(params ReadOnlySpan<Tool> tools)
    {
        uint bits = 0;
        foreach (var tool in tools)
        {
            bits |= Bit(tool);
        }

        return new(bits);
    }

    public bool Has(Tool tool) => (bits & Bit(tool)) != 0;

    public ToolSet And(ToolSet other) => new(bits & other.bits);

    public ToolSet Without(ToolSet other) => new(bits & ~other.bits);

    /// <summary>Its tools, in the order in which tools are listed.</summary>
    public IEnumerable<Tool> InOrder()
    {
        foreach (var tool in Enum.GetValues<Tool>())
        {
            if (Has(tool))
            {
                yield return tool;
            }
        }
    }

    private static uint Bit(Tool tool) => 1u << (int)tool;
}
