using System.Runtime.InteropServices;

using Recs.Schema.Log;

namespace Recs.Schema.Messages;

/// <summary>One exact addition to an item's statistics, 12 bytes; blocks of them travel as raw bytes.</summary>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Prior">π · 65535; used by an impression.</param>
/// <param name="Reward">r · 65535; used by a reward.</param>
/// <param name="Kind">Whether it is an impression or a reward.</param>
/// <param name="Type">The event's type: rewards of watches have sums of their own.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 12)]
public readonly record struct ItemUpdate(int Row, ushort Prior, ushort Reward, UpdateKind Kind, EventType Type);
