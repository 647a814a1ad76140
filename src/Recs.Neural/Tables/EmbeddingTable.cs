using System.Runtime.CompilerServices;

using Recs.Matching.Numerics;

namespace Recs.Neural.Tables;

/// <summary>
/// Rows of floats by id in which no two ids ever share a row (the collisionless table of Monolith, arXiv 2209.07663, section
/// 2.1). Ids are 128-bit: as viewers are hashed everywhere here, so that of 10⁹ of them no two are the same.
/// </summary>
/// <remarks>
/// One writer; any number of readers take no lock: a reader copies a row between two looks at its version and compares its
/// id, so it gets a whole row of the id it asked for or none. Everything is determined by the order of the calls and the seed.
/// </remarks>
public sealed partial class EmbeddingTable
{
    /// <summary>No row.</summary>
    public const int None = -1;

    const int FirstBuckets = 256;

    readonly EmbeddingTableOptions _options;
    readonly IAdmission _admission;
    readonly Func<int, ulong> _hashOf;
    readonly List<int> _touched = [];
    RowChunk[] _chunks = [];
    CuckooIndex _index = new(FirstBuckets);
    int _used;
    int _free = None;
    int _newest = None;
    uint _meetings;
    int _oldest = None;

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

    /// <summary>Bytes beside the rows' floats: index, ids, versions and order.</summary>
    public long OverheadBytes => _index.Bytes + ((long)_chunks.Length * RowChunk.Rows * (16 + (5 * sizeof(int)) + 1));

    /// <summary>The row of an id, for the writer. Constant time, no allocation.</summary>
    /// <returns><see cref="None"/> when it has none.</returns>
    public int Find(UInt128 key) => Find(key, KeyHash.Of(key));

    /// <summary>An id is met: its row, a new one where it is admitted.</summary>
    /// <param name="key">The id, not zero.</param>
    /// <param name="seconds">When, in seconds; never earlier than before.</param>
    /// <returns><see cref="None"/> when it is not admitted yet. Amortised constant time; allocates only while the table grows.</returns>
    public int GetOrAdd(UInt128 key, uint seconds)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(key, UInt128.Zero);
        var hash = KeyHash.Of(key);
        var row = Find(key, hash);
        if (row != None)
        {
            Unlink(row);
        }
        else if (!_admission.Admits(key, seconds))
        {
            NotAdmitted++;
            return None;
        }
        else
        {
            row = Add(key, hash);
        }

        Link(row);
        var chunk = ChunkOf(row);
        (chunk.SeenAt[Place(row)], chunk.Meetings[Place(row)]) = (seconds, ++_meetings);
        MarkChanged(row);
        return row;
    }

    /// <summary>The floats of a row, for the writer to read.</summary>
    public ReadOnlySpan<float> Row(int row) => Values(row);

    /// <summary>The id of a row; zero for a free one.</summary>
    public UInt128 KeyOf(int row) => ChunkOf(row).Keys[Place(row)];

    /// <summary>Begins to write a row: until <see cref="EndWrite"/> readers wait for it.</summary>
    public Span<float> BeginWrite(int row)
    {
        ref var version = ref ChunkOf(row).Versions[Place(row)];
        Volatile.Write(ref version, version + 1);
        Volatile.WriteBarrier();
        return Values(row);
    }

    /// <summary>Ends writing a row, which will be synchronised.</summary>
    public void EndWrite(int row)
    {
        var chunk = ChunkOf(row);
        ref var version = ref chunk.Versions[Place(row)];
        Volatile.Write(ref version, version + 1);
        MarkChanged(row);
        if (!chunk.IsTouched[Place(row)])
        {
            chunk.IsTouched[Place(row)] = true;
            _touched.Add(row);
        }
    }

    /// <summary>Rows written since the last call, each once, in the order of their first writing; those freed since are left out.</summary>
    /// <param name="rows">Receives them.</param>
    public void TakeTouched(List<int> rows)
    {
        foreach (var row in _touched)
        {
            ChunkOf(row).IsTouched[Place(row)] = false;
            if (KeyOf(row) != UInt128.Zero)
            {
                rows.Add(row);
            }
        }

        _touched.Clear();
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
        while (_oldest != None && ChunkOf(_oldest).SeenAt[Place(_oldest)] < seconds)
        {
            Free(_oldest);
            Expired++;
        }
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
            if (outcome == Copied.Whole)
            {
                return true;
            }

            if (outcome == Copied.Absent && (moves & 1) == 0 && index.Moves == moves && Volatile.Read(ref _index) == index)
            {
                return false;
            }

            wait.SpinOnce();
        }
    }

    unsafe Copied TryCopy(CuckooIndex index, ulong hash, UInt128 key, Span<float> values)
    {
        var tag = CuckooIndex.TagOf(hash);
        var torn = false;
        for (var turn = 0; turn < 2; turn++)
        {
            var bucket = turn == 0 ? index.First(hash) : index.Second(hash);
            for (var way = 0; way < CuckooIndex.Ways; way++)
            {
                var slot = Volatile.Read(ref bucket[way]);
                if (slot == 0 || (uint)(slot >> 32) != tag)
                {
                    continue;
                }

                var row = CuckooIndex.RowOf(slot);
                var (chunk, place) = (Volatile.Read(ref _chunks)[row >> RowChunk.Shift], Place(row));
                var version = Volatile.Read(ref chunk.Versions[place]);
                Volatile.ReadBarrier();
                var isHis = chunk.Keys[place] == key;
                chunk.Values.AsSpan(place * Width, values.Length).CopyTo(values);
                Volatile.ReadBarrier();
                if ((version & 1) == 1 || Volatile.Read(ref chunk.Versions[place]) != version)
                {
                    torn = true;
                }
                else if (isHis)
                {
                    return Copied.Whole;
                }
            }
        }

        return torn ? Copied.Torn : Copied.Absent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    unsafe int Find(UInt128 key, ulong hash)
    {
        var tag = CuckooIndex.TagOf(hash);
        var first = _index.First(hash);
        for (var way = 0; way < CuckooIndex.Ways; way++)
        {
            if ((uint)(first[way] >> 32) == tag && first[way] != 0 && KeyOf(CuckooIndex.RowOf(first[way])) == key)
            {
                return CuckooIndex.RowOf(first[way]);
            }
        }

        var second = _index.Second(hash);
        for (var way = 0; way < CuckooIndex.Ways; way++)
        {
            if ((uint)(second[way] >> 32) == tag && second[way] != 0 && KeyOf(CuckooIndex.RowOf(second[way])) == key)
            {
                return CuckooIndex.RowOf(second[way]);
            }
        }

        return None;
    }

    int Add(UInt128 key, ulong hash)
    {
        if (Count == _options.RowsMax)
        {
            Free(_oldest);
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
        while (!_index.TryAdd(hash, row, _hashOf))
        {
            Grow();
        }

        Count++;
        return row;
    }

    int TakeFree()
    {
        if (_free != None)
        {
            var row = _free;
            _free = ChunkOf(row).Older[Place(row)];
            return row;
        }

        if (_used == _chunks.Length * RowChunk.Rows)
        {
            Volatile.Write(ref _chunks, [.. _chunks, new RowChunk(Width)]);
        }

        return _used++;
    }

    void Free(int row)
    {
        _index.Remove(_hashOf(row), row);
        Unlink(row);
        _ = BeginWrite(row);
        var chunk = ChunkOf(row);
        chunk.Keys[Place(row)] = UInt128.Zero;
        Volatile.Write(ref chunk.Versions[Place(row)], chunk.Versions[Place(row)] + 1);
        chunk.Older[Place(row)] = _free;
        _free = row;
        Count--;
        MarkChanged(row);
    }

    /// <summary>An index of twice the buckets, filled beside the old one, which readers use until it is done.</summary>
    void Grow()
    {
        for (var buckets = _index.Buckets * 2; ; buckets *= 2)
        {
            var next = new CuckooIndex(buckets);
            if (ByMeeting().All(row => next.TryAdd(_hashOf(row), row, _hashOf)))
            {
                Volatile.Write(ref _index, next);
                return;
            }
        }
    }

    /// <summary>Rows of ids that are in the order of their meetings, the oldest first.</summary>
    IEnumerable<int> ByMeeting()
    {
        for (var row = _oldest; row != None; row = ChunkOf(row).Newer[Place(row)])
        {
            yield return row;
        }
    }

    void Link(int row)
    {
        var chunk = ChunkOf(row);
        (chunk.Older[Place(row)], chunk.Newer[Place(row)]) = (_newest, None);
        if (_newest != None)
        {
            ChunkOf(_newest).Newer[Place(_newest)] = row;
        }

        _newest = row;
        _oldest = _oldest == None ? row : _oldest;
    }

    void Unlink(int row)
    {
        var chunk = ChunkOf(row);
        var (older, newer) = (chunk.Older[Place(row)], chunk.Newer[Place(row)]);
        if (older == None)
        {
            _oldest = newer;
        }
        else
        {
            ChunkOf(older).Newer[Place(older)] = newer;
        }

        if (newer == None)
        {
            _newest = older;
        }
        else
        {
            ChunkOf(newer).Older[Place(newer)] = older;
        }
    }

    static int Place(int row) => row & (RowChunk.Rows - 1);

    RowChunk ChunkOf(int row) => _chunks[row >> RowChunk.Shift];

    Span<float> Values(int row) => ChunkOf(row).Values.AsSpan(Place(row) * Width, Width);

    enum Copied
    {
        Absent,
        Torn,
        Whole,
    }
}
