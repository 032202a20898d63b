using System.Text;

namespace Syntha.Page.Operation;

/// <summary>One line of a plot.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Values">A value for each slot of the hour, the oldest first. Null: there is none, and the line has a gap.</param>
public sealed record PlotLine(string Name, IReadOnlyList<double?> Values)
{
    /// <summary>The largest value, or 0.</summary>
    public double Most => Values.Max() ?? 0;

    /// <summary>The newest value. Null: there is none.</summary>
    public double? Now => Values.Count > 0 ? Values[^1] : null;

    /// <summary>The line as the path of a drawing.</summary>
    /// <param name="top">The value at the top.</param>
    /// <param name="width">The width of the drawing.</param>
    /// <param name="height">Its height.</param>
    public string Path(double top, int width, int height)
    {
        var path = new StringBuilder();
        var isDrawing = false;
        // The last slot is at the right edge, also when the server has run for less than an hour.
        var first = MeterHour.Slots - Values.Count;
        for (var slot = 0; slot < Values.Count; slot++)
        {
            if (Values[slot] is not { } value)
            {
                isDrawing = false;
                continue;
            }

            var x = (first + slot) * (double)width / (MeterHour.Slots - 1);
            var y = height - (Math.Min(value / top, 1) * height);
            path.Append(CultureInfo.InvariantCulture, $"{(isDrawing ? 'L' : 'M')}{x:0.#} {y:0.#}");
            if (!isDrawing && (slot + 1 == Values.Count || Values[slot + 1] is null))
            {
                // A single value is a dot.
                path.Append("h.1");
            }

            isDrawing = true;
        }

        return path.ToString();
    }
}
