using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Recs.Neural.Tables;

/// <summary>
/// How often ids were met of late: 16-bit counters by hash, in windows of time of which the oldest is forgotten (the sliding
/// hash filter of Monolith, arXiv 2209.07663, section 2.2). Ids that share a counter are counted together: at worst one is
/// admitted early.
/// </summary>
public sealed class SlidingCounters
{
    readonly ushort[][] _windows;
    readonly uint _windowSeconds;
    uint _window;

    /// <summary>Counters that have met nobody.</summary>
    /// <param name="slots">Counters of a window; a power of two.</param>
    /// <param name="windows">Windows that count, at least 1.</param>
    /// <param name="windowSeconds">Seconds of a window, at least 1.</param>
    public SlidingCounters(int slots, int windows, uint windowSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(int.PopCount(slots), 1, nameof(slots));
        ArgumentOutOfRangeException.ThrowIfLessThan(windows, 1);
        ArgumentOutOfRangeException.ThrowIfZero(windowSeconds);
        _windows = [.. Enumerable.Range(0, windows).Select(_ => new ushort[slots])];
        _windowSeconds = windowSeconds;
    }

    /// <summary>Counts a meeting.</summary>
    /// <param name="key">The id.</param>
    /// <param name="seconds">When, in seconds; earlier than before counts as now.</param>
    /// <returns>Meetings within the windows, this one included. O(windows).</returns>
    public int Add(UInt128 key, uint seconds)
    {
        Advance(seconds / _windowSeconds);
        var slot = KeyHash.Of(key) & (uint)(_windows[0].Length - 1);
        ref var current = ref _windows[_window % _windows.Length][slot];
        current += (ushort)(current == ushort.MaxValue ? 0 : 1);
        var sum = 0;
        foreach (var window in _windows)
        {
            sum += window[slot];
        }

        return sum;
    }

    internal void Write(IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), _window);
        output.Advance(sizeof(uint));
        foreach (var window in _windows)
        {
            output.Write(MemoryMarshal.AsBytes<ushort>(window));
        }
    }

    internal void Read(ref ReadOnlySpan<byte> input)
    {
        _window = BinaryPrimitives.ReadUInt32LittleEndian(input);
        input = input[sizeof(uint)..];
        foreach (var window in _windows)
        {
            var bytes = MemoryMarshal.AsBytes(window.AsSpan());
            input[..bytes.Length].CopyTo(bytes);
            input = input[bytes.Length..];
        }
    }

    void Advance(uint window)
    {
        if (window <= _window)
        {
            return;
        }

        for (var passed = Math.Min(window - _window, (uint)_windows.Length); passed > 0; passed--)
        {
            Array.Clear(_windows[(window - passed + 1) % _windows.Length]);
        }

        _window = window;
    }
}
