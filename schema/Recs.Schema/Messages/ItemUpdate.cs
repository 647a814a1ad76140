using System.Runtime.InteropServices;

using Recs.Schema.Log;

namespace Recs.Schema.Messages;

/// <summary>One exact addition to an item's statistics, 12 bytes; blocks of them travel as raw bytes.</summary>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Prior">π · 65535; used by an impression.</param>
/// <param name="Reward">Magnitude of r · 65535; used by a reward and a penalty.</param>
/// <param name="Kind">Whether it is an impression, a reward or a penalty.</param>
/// <param name="Type">The event's type: rewards of watches have sums of their own.</param>
/// <param name="Before">What the watch had earned of the impression before, r · 65535: squares grow by (Before + Reward)² − Before².</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 12)]
public readonly record struct ItemUpdate(int Row, ushort Prior, ushort Reward, UpdateKind Kind, EventType Type, ushort Before = 0);
