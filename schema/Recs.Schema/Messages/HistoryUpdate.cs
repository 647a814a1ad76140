using System.Runtime.InteropServices;

using Recs.Schema.Log;

namespace Recs.Schema.Messages;

/// <summary>One item in a viewer's history, 16 bytes.</summary>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Reward">r · 65535.</param>
/// <param name="Type">What happened.</param>
[GenerateSerializer]
[Alias("Recs.HistoryUpdate")]
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 16)]
public readonly record struct HistoryUpdate(
    [property: Id(0)] long AtMs, [property: Id(1)] int Row, [property: Id(2)] ushort Reward, [property: Id(3)] EventType Type);
