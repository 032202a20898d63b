using System.Text;

namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>Orders keys by their bytes.</summary>
internal static class Utf8
{
    public static IComparer<string> Order { get; } = Comparer<string>.Create(
        static (left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
}
