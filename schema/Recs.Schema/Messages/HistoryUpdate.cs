using System.Runtime.InteropServices;

using Recs.Schema.Log;

namespace Recs.Schema.Messages;

/// <summary>One item in a viewer's history, 16 bytes.</summary>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Reward">r · 65535.</param>
/// <param name="Type">What happened.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 16)]
public readonly record struct HistoryUpdate(long AtMs, int Row, ushort Reward, EventType Type);
