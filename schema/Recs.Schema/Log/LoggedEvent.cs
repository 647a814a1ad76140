using Recs.Schema.Decisions;

namespace Recs.Schema.Log;

/// <summary>A validated event on its way into the log.</summary>
public readonly record struct LoggedEvent
{
    /// <summary>What happened.</summary>
    public required EventType Type { get; init; }

    /// <summary>
    /// Hash of the viewer's (or decision's) event id (<see cref="StableKeys.Event"/>); zero when there is none. Repeats within 24 h
    /// count once.
    /// </summary>
    public UInt128 Key { get; init; }

    /// <summary>When it happened, as the caller says.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>128-bit hash of the viewer's id; empty for an anonymous viewer.</summary>
    public required Guid Viewer { get; init; }

    /// <summary>Reward · 65535, in [−65535, 65535]; 0 for an impression.</summary>
    public int Reward { get; init; }

    /// <summary>What being shown earns by itself, r · 65535.</summary>
    public ushort Base { get; init; }

    /// <summary>Tells custom types apart (<see cref="StableKeys.Signal"/>); 0 for the others.</summary>
    public ushort Signal { get; init; }

    /// <summary>The event's own number (seconds watched, a custom value), unitless here.</summary>
    public float Value { get; init; }

    /// <summary>The decision that showed the item; null for events that feed history only.</summary>
    public Decision? Decision { get; init; }

    /// <summary>Position of the item in the decision's slate, or −1 for the whole slate.</summary>
    public int Position { get; init; }

    /// <summary>Catalogue row of the item; used when there is no decision.</summary>
    public int Row { get; init; }

    /// <summary>The event says that its decision's slate was shown, once however many events say so.</summary>
    public bool ImpliesImpression { get; init; }
}
