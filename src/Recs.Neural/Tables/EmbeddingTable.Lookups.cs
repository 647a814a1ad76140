using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recs.Neural.Tables;

/// <content>Lookups by id, of the writer and of any thread.</content>
public sealed partial class EmbeddingTable
{
    /// <summary>The row of an id, for the writer. Constant time, no allocation.</summary>
    /// <returns><see cref="None"/> when it has none.</returns>
    public int Find(UInt128 key)
    {
        var row = Find(key, KeyHash.Of(key));
        GC.KeepAlive(this);
        return row;
    }

    /// <summary>Copies the row of an id, for any thread. No lock, no allocation.</summary>
    /// <param name="key">The id.</param>
    /// <param name="values">Receives the first floats of the row, at most its width.</param>
    /// <returns>False when it has none.</returns>
    public bool TryRead(UInt128 key, Span<float> values)
    {
        var hash = KeyHash.Of(key);
        var wait = default(SpinWait);
        while (true)
        {
            var index = Volatile.Read(ref _index);
            var moves = index.Moves;
            Volatile.ReadBarrier();
            var outcome = TryCopy(index, hash, key, values);
            Volatile.ReadBarrier();
            if (outcome == Copied.Whole
                || (outcome == Copied.Absent && (moves & 1) == 0 && index.Moves == moves && Volatile.Read(ref _index) == index))
            {
                GC.KeepAlive(this);
                return outcome == Copied.Whole;
            }

            wait.SpinOnce();
        }
    }

    unsafe Copied TryCopy(CuckooIndex index, ulong hash, UInt128 key, Span<float> values)
    {
        var bucket = index.First(hash);
        var outcome = TryCopy(bucket, CuckooIndex.TagOf(hash), key, values);
        return outcome == Copied.Absent && Volatile.Read(ref bucket->Spilled) != 0
            ? TryCopy(index.Second(hash), CuckooIndex.TagOf(hash), key, values)
            : outcome;
    }

    unsafe Copied TryCopy(CuckooIndex.Bucket* bucket, byte tag, UInt128 key, Span<float> values)
    {
        var ways = CuckooIndex.Matches(bucket, tag);
        Volatile.ReadBarrier();
        for (; ways != 0; ways &= ways - 1)
        {
            var row = Volatile.Read(ref bucket->Rows[BitOperations.TrailingZeroCount(ways)]);
            var (chunk, place) = (Volatile.Read(ref _chunks)[row >> RowChunk.Shift], Place(row));
            ref var counted = ref chunk.Versions[place / RowChunk.RowsPerVersion];
            var version = Volatile.Read(ref counted);
            Volatile.ReadBarrier();
            if (chunk.Keys[place] != key)
            {
                // Neither does a key that is just being written belong to an id that is there for good.
                continue;
            }

            chunk.Values.AsSpan(place * Width, values.Length).CopyTo(values);
            Volatile.ReadBarrier();
            return (byte)version == 0 && Volatile.Read(ref counted) == version ? Copied.Whole : Copied.Torn;
        }

        return Copied.Absent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    unsafe int Find(UInt128 key, ulong hash)
    {
        var bucket = _index.First(hash);
        var tag = CuckooIndex.TagOf(hash);
        var row = Find(bucket, tag, key);
        return row == None && bucket->Spilled != 0 ? Find(_index.Second(hash), tag, key) : row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    unsafe int Find(CuckooIndex.Bucket* bucket, byte tag, UInt128 key)
    {
        for (var ways = CuckooIndex.Matches(bucket, tag); ways != 0; ways &= ways - 1)
        {
            var row = bucket->Rows[BitOperations.TrailingZeroCount(ways)];
            if (KeyOf(row) == key)
            {
                return row;
            }
        }

        return None;
    }

    enum Copied
    {
        Absent,
        Torn,
        Whole,
    }
}
