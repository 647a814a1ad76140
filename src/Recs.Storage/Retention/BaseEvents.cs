using System.Runtime.InteropServices;

using Recs.Schema.Snapshots;

namespace Recs.Storage.Retention;

/// <summary>How many events of a partition the base stands for, as its page holds them, 16 bytes.</summary>
/// <param name="Events">Events, repeats included.</param>
/// <param name="Repeats">Those that were repeats and did not count.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 16)]
public readonly record struct BaseEvents(long Events, long Repeats) : IPageEntry<BaseEvents>;
