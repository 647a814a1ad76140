using System.Buffers;

namespace Recs.Neural.Tables;

/// <summary>An id enters when it was met a number of times within the windows of the counters.</summary>
/// <param name="threshold">Meetings, this one included, from which on it enters.</param>
/// <param name="counters">Where they are counted.</param>
public sealed class CountedAdmission(int threshold, SlidingCounters counters) : IAdmission
{
    /// <inheritdoc/>
    public bool Admits(UInt128 key, uint seconds) => counters.Add(key, seconds) >= threshold;

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output) => counters.Write(output);

    /// <inheritdoc/>
    public void Read(ref ReadOnlySpan<byte> input) => counters.Read(ref input);
}
