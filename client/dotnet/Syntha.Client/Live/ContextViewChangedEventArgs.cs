using System.Collections.Immutable;

namespace Syntha.Client;

/// <summary>What <see cref="ContextView.Changed"/> tells: one command, or that the view was made anew.</summary>
public sealed class ContextViewChangedEventArgs : EventArgs
{
    internal ContextViewChangedEventArgs(ContextSnapshot snapshot, ImmutableArray<ContextChange> changes, bool isReset)
    {
        Snapshot = snapshot;
        Changes = changes;
        IsReset = isReset;
    }

    /// <summary>The view after the change.</summary>
    public ContextSnapshot Snapshot { get; }

    /// <summary>The changes of one command, in their order. Empty when the view was made anew.</summary>
    public ImmutableArray<ContextChange> Changes { get; }

    /// <summary>
    /// Whether the view was made anew from a snapshot, after a <see cref="ContextEvent.Reset"/>. Anything may then be different.
    /// </summary>
    public bool IsReset { get; }
}
