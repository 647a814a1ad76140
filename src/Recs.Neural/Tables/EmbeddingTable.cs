using System.Numerics;

using Recs.Matching.Numerics;

namespace Recs.Neural.Tables;

/// <summary>
/// Rows of floats by id in which no two ids ever share a row (the collisionless table of Monolith, arXiv 2209.07663, section
/// 2.1). Ids are 128-bit: as viewers are hashed everywhere here, so that of 10⁹ of them no two are the same.
/// </summary>
/// <remarks>
/// One writer; any number of readers take no lock: a reader copies a row between two looks at its version and compares its
/// id, so it gets a whole row of the id it asked for or none. Everything is determined by the order of the calls and the seed:
/// a new id gets the lowest free row, and who makes room follows from when the ids were met alone.
/// </remarks>
public sealed partial class EmbeddingTable
{
    /// <summary>No row.</summary>
    public const int None = -1;

    const int FirstBuckets = 2;

    // The index grows by a third: its slots are between 60 and 80 % full.
    const int GrowthShare = 3;

    // A version counts in its lowest byte who is writing and above it who has written.
    const ulong OneWriting = 1;
    const ulong OneWritten = 1 << 8;

    readonly EmbeddingTableOptions _options;
    readonly IAdmission _admission;
    readonly Func<int, ulong> _hashOf;
    readonly OldestRows _oldest = new();
    RowChunk[] _chunks = [];
    CuckooIndex _index = new(FirstBuckets);
    int _used;
    int _freeFrom;
    uint _seconds;
    uint _secondsMin;
    uint _meetings;

    /// <summary>An empty table.</summary>
    public EmbeddingTable(EmbeddingTableOptions options, IAdmission admission)
    {
        if (options.Width < 1 || options.RowsMax < 1 || options.Drawn > options.Width)
        {
            throw new ArgumentException("a table has at least one row of one float, of which at most all are drawn", nameof(options));
        }

        (_options, _admission) = (options, admission);
        _hashOf = row => KeyHash.Of(KeyOf(row));
    }

    /// <summary>Floats of a row.</summary>
    public int Width => _options.Width;

    /// <summary>Ids that have a row.</summary>
    public int Count { get; private set; }

    /// <summary>Rows ever used, free ones included: every row is below it.</summary>
    public int Rows => _used;

    /// <summary>Ids that made room for others.</summary>
    public long Evicted { get; private set; }

    /// <summary>Ids that had been inactive for too long.</summary>
    public long Expired { get; private set; }

    /// <summary>Meetings of ids that were not admitted.</summary>
    public long NotAdmitted { get; private set; }

    /// <summary>Bytes of the index.</summary>
    public long IndexBytes => _index.Bytes;

    /// <summary>Bytes beside the rows' floats: index, ids, versions, meetings and order.</summary>
    public long OverheadBytes => _index.Bytes + (_chunks.Length * RowChunk.Bytes) + _oldest.Bytes;

    /// <summary>An id is met: its row, a new one where it is admitted.</summary>
    /// <param name="key">The id, not zero.</param>
    /// <param name="seconds">When, in seconds; never earlier than before.</param>
    /// <returns><see cref="None"/> when it is not admitted yet. Amortised constant time; allocates only while the table grows.</returns>
    public int GetOrAdd(UInt128 key, uint seconds)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(key, UInt128.Zero);
        var hash = KeyHash.Of(key);
        var row = Find(key, hash);
        if (row == None)
        {
            if (!_admission.Admits(key, seconds))
            {
                NotAdmitted++;
                return None;
            }

            row = Add(key, hash);
        }

        Meet(row, seconds);
        return row;
    }

    /// <summary>The floats of a row, for the writer to read.</summary>
    public ReadOnlySpan<float> Row(int row) => Values(row);

    /// <summary>The id of a row; zero for a free one.</summary>
    public unsafe UInt128 KeyOf(int row) => ChunkOf(row).Keys[Place(row)];

    /// <summary>Begins to write a row: until <see cref="EndWrite"/> readers wait for it and the few beside it.</summary>
    public Span<float> BeginWrite(int row)
    {
        ref var version = ref VersionOf(row);
        Volatile.Write(ref version, version + OneWriting);
        Volatile.WriteBarrier();
        return Values(row);
    }

    /// <summary>Ends writing a row, which will be synchronised.</summary>
    public void EndWrite(int row)
    {
        EndVersion(row);
        MarkChanged(row);
        ChunkOf(row).Touched.Add(Place(row));
    }

    /// <summary>Rows written since the last call, each once, in ascending order; those freed since are left out.</summary>
    /// <param name="rows">Receives them.</param>
    /// <remarks>O(rows written + rows/4096), no allocation.</remarks>
    public void TakeTouched(List<int> rows)
    {
        for (var chunk = 0; chunk < _chunks.Length; chunk++)
        {
            for (int place; (place = _chunks[chunk].Touched.TakeLowest()) != None;)
            {
                var row = (chunk << RowChunk.Shift) + place;
                if (KeyOf(row) != UInt128.Zero)
                {
                    rows.Add(row);
                }
            }
        }
    }

    /// <summary>Takes an id out.</summary>
    /// <returns>Whether it had a row.</returns>
    public bool Remove(UInt128 key)
    {
        var row = Find(key);
        if (row == None)
        {
            return false;
        }

        Free(row);
        return true;
    }

    /// <summary>Takes out the ids that were met before a time only.</summary>
    /// <param name="seconds">The time.</param>
    public void ExpireBefore(uint seconds)
    {
        while (_secondsMin < seconds && Oldest() is var row && row != None)
        {
            _secondsMin = (uint)(_oldest.Met >> 32);
            if (_secondsMin < seconds)
            {
                Free(row);
                Expired++;
            }
        }
    }

    unsafe int Add(UInt128 key, ulong hash)
    {
        if (Count == _options.RowsMax)
        {
            Free(Oldest());
            Evicted++;
        }

        var row = TakeFree();
        var values = BeginWrite(row);
        ChunkOf(row).Keys[Place(row)] = key;
        values.Clear();
        var rng = new Rng(_options.Seed ^ hash);
        foreach (ref var value in values[.._options.Drawn])
        {
            value = (float)rng.NextGaussian() * _options.Spread;
        }

        EndWrite(row);
        if (++Count > _index.Capacity || !_index.TryAdd(hash, row, _hashOf))
        {
            Index(GrownBuckets());
        }

        return row;
    }

    unsafe void Meet(int row, uint seconds)
    {
        if (seconds > _seconds)
        {
            // The numbers of one second never wrap, so that they are its order.
            (_seconds, _meetings) = (seconds, _meetings > int.MaxValue ? 0 : _meetings);
        }

        ChunkOf(row).Met[Place(row)] = ((ulong)_seconds << 32) | ++_meetings;
        MarkChanged(row);
    }

    int TakeFree()
    {
        for (; ; _freeFrom++)
        {
            if (_freeFrom == _chunks.Length)
            {
                Volatile.Write(ref _chunks, [.. _chunks, new RowChunk(Width)]);
            }

            var place = _chunks[_freeFrom].Free.TakeLowest();
            if (place != None)
            {
                var row = (_freeFrom << RowChunk.Shift) + place;
                _used = Math.Max(_used, row + 1);
                return row;
            }
        }
    }

    unsafe void Free(int row)
    {
        _index.Remove(_hashOf(row), row);
        _ = BeginWrite(row);
        ChunkOf(row).Keys[Place(row)] = UInt128.Zero;
        EndVersion(row);
        ChunkOf(row).Free.Add(Place(row));
        _freeFrom = Math.Min(_freeFrom, row >> RowChunk.Shift);
        Count--;
        MarkChanged(row);
    }

    int GrownBuckets()
    {
        // No more than the most rows need, once there are as many.
        var (grown, most) = (_index.Buckets + (_index.Buckets / GrowthShare) + 1, CuckooIndex.BucketsFor(_options.RowsMax));
        return most > _index.Buckets ? Math.Min(grown, most) : grown;
    }

    /// <summary>A new index of all ids, filled beside the old one, which readers use until it is done.</summary>
    void Index(int buckets)
    {
        for (; ; buckets += (buckets / GrowthShare) + 1)
        {
            var (index, row) = (new CuckooIndex(buckets), NextUsed(None));
            while (row != None && index.TryAdd(_hashOf(row), row, _hashOf))
            {
                row = NextUsed(row);
            }

            if (row == None)
            {
                Volatile.Write(ref _index, index);
                return;
            }
        }
    }

    /// <summary>The lowest row with an id after another; <see cref="None"/> when there is none.</summary>
    int NextUsed(int row)
    {
        for (row++; row < _used; row = (row | 63) + 1)
        {
            var used = ~ChunkOf(row).Free.Word(Place(row) / 64) >> row;
            if (used != 0)
            {
                return row + BitOperations.TrailingZeroCount(used);
            }
        }

        return None;
    }

    /// <summary>The row of the id met longest ago; <see cref="None"/> of an empty table.</summary>
    unsafe int Oldest()
    {
        while (true)
        {
            for (; _oldest.Count > 0; _oldest.Skip())
            {
                var row = _oldest.Row;
                if (ChunkOf(row).Met[Place(row)] == _oldest.Met && KeyOf(row) != UInt128.Zero)
                {
                    return row;
                }
            }

            if (Count == 0)
            {
                return None;
            }

            Look();
        }
    }

    /// <summary>Finds the rows met longest ago. O(rows).</summary>
    unsafe void Look()
    {
        _oldest.Begin(Count);
        for (var row = 0; row < _used; row += (_used / OldestRows.Samples) + 1)
        {
            if (KeyOf(row) != UInt128.Zero)
            {
                _oldest.Sample(ChunkOf(row).Met[Place(row)]);
            }
        }

        _oldest.EndSamples();
        for (var first = 0; first < _used; first += 64)
        {
            var met = ChunkOf(first).Met + Place(first);
            for (var used = ~ChunkOf(first).Free.Word(Place(first) / 64); used != 0; used &= used - 1)
            {
                var row = BitOperations.TrailingZeroCount(used);
                if (met[row] <= _oldest.Limit)
                {
                    _oldest.Offer(first + row, met[row]);
                }
            }
        }

        _oldest.End();
    }

    unsafe ref ulong VersionOf(int row) => ref ChunkOf(row).Versions[Place(row) / RowChunk.RowsPerVersion];

    void EndVersion(int row) => Volatile.Write(ref VersionOf(row), VersionOf(row) + OneWritten - OneWriting);

    static int Place(int row) => row & (RowChunk.Rows - 1);

    RowChunk ChunkOf(int row) => _chunks[row >> RowChunk.Shift];

    Span<float> Values(int row) => ChunkOf(row).Values.AsSpan(Place(row) * Width, Width);
}
