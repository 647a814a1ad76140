using System.Runtime.InteropServices;

namespace Recs.Neural.Online;

/// <summary>An id is met by an example: its row is asked for; or it is to be forgotten. 24 bytes.</summary>
/// <param name="Key">The id, not zero.</param>
/// <param name="Seconds">The model's time then: the latest of all examples so far, in Unix seconds.</param>
/// <param name="Table">The table its row is in.</param>
/// <param name="IsForgotten">Whether its row is taken out instead.</param>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
public readonly record struct Meeting(UInt128 Key, uint Seconds, TableKind Table, bool IsForgotten = false);
