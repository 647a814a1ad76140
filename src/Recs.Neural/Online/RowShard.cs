using System.Runtime.InteropServices;

using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// The owner of a share of a model's rows: the embeddings of the viewers, or of the items, whose ids fall to it. A learner pulls
/// the rows that a block of examples meets, steps them and pushes them back (the parameter server of Li et al., OSDI 2014, with
/// one learner that waits).
/// </summary>
/// <remarks>
/// Who is admitted, who expires and who makes room is decided meeting by meeting in the order of the examples, so a model is the
/// same however its examples are cut into blocks. One block is out at a time. Not thread-safe.
/// </remarks>
public sealed partial class RowShard
{
    readonly OnlineOptions _options;
    readonly TableKind[] _kinds;
    readonly EmbeddingTable[] _tables;
    readonly Dictionary<int, int>[] _offsets;
    readonly List<Pulled> _out = [];
    readonly List<UInt128> _forgotten = [];
    uint _seconds;
    bool _isHeadChanged;

    /// <summary>A shard without rows.</summary>
    /// <param name="options">Of the whole model.</param>
    /// <param name="owner">Whose rows.</param>
    /// <param name="shards">How many such shards share the limits of the options.</param>
    public RowShard(OnlineOptions options, RowOwner owner, int shards)
        : this(options, owner, [.. Kinds(owner).Select(kind => RowTables.New(options, kind, shards))])
    {
    }

    RowShard(OnlineOptions options, RowOwner owner, EmbeddingTable[] tables)
    {
        (_options, _kinds, _tables) = (options, Kinds(owner), tables);
        _offsets = [.. tables.Select(_ => new Dictionary<int, int>())];
    }

    /// <summary>Ids that made room for others.</summary>
    public long Evicted => _tables.Sum(table => table.Evicted);

    /// <summary>A table of this shard.</summary>
    public EmbeddingTable Table(TableKind kind) => _tables[Array.IndexOf(_kinds, kind)];

    /// <summary>Meets the ids of a block in the order of its examples and gives out their rows. O(meetings + floats).</summary>
    /// <param name="meetings">Of this shard's ids.</param>
    /// <param name="rows">Receives an offset for each meeting, and every row once.</param>
    public void Pull(ReadOnlySpan<Meeting> meetings, PulledRows rows)
    {
        _isHeadChanged |= !meetings.IsEmpty;
        rows.Clear();
        _out.Clear();
        foreach (var offsets in _offsets)
        {
            offsets.Clear();
        }

        foreach (ref readonly var meeting in meetings)
        {
            rows.AddOffset(Meet(meeting, rows));
        }
    }

    /// <summary>Takes back the rows of the last pull.</summary>
    /// <param name="rows">As they were given out, stepped.</param>
    /// <exception cref="ArgumentException">They are not as many floats.</exception>
    public void Push(ReadOnlySpan<float> rows)
    {
        var last = _out.Count == 0 ? 0 : _out[^1].Offset + _tables[_out[^1].Table].Width;
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, last, nameof(rows));
        foreach (var (turn, row, key, offset) in _out)
        {
            // A row that has made room since, even for its own id again, is not the one that was given out.
            var table = _tables[turn];
            if (table.KeyOf(row) == key && _offsets[turn][row] == offset)
            {
                rows.Slice(offset, table.Width).CopyTo(table.BeginWrite(row));
                table.EndWrite(row);
            }
        }

        _out.Clear();
    }

    int Meet(in Meeting meeting, PulledRows rows)
    {
        var turn = Array.IndexOf(_kinds, meeting.Table);
        var table = _tables[turn];
        if (meeting.IsForgotten)
        {
            if (table.Remove(meeting.Key))
            {
                _forgotten.Add(meeting.Key);
            }

            return PulledRows.None;
        }

        _seconds = Math.Max(_seconds, meeting.Seconds);
        table.ExpireBefore(meeting.Seconds - Math.Min(meeting.Seconds, _options.ExpirySeconds));
        var added = Added(table);
        var row = table.GetOrAdd(meeting.Key, meeting.Seconds);
        if (row == EmbeddingTable.None)
        {
            return PulledRows.None;
        }

        ref var offset = ref CollectionsMarshal.GetValueRefOrAddDefault(_offsets[turn], row, out var isOut);
        if (!isOut || Added(table) != added)
        {
            offset = rows.AddRow(table.Row(row));
            _out.Add(new Pulled(turn, row, meeting.Key, offset));
        }

        return offset;
    }

    static TableKind[] Kinds(RowOwner owner) => owner is RowOwner.Viewers ? [TableKind.Viewers] : [TableKind.Items, TableKind.Edges];

    static long Added(EmbeddingTable table) => table.Count + table.Evicted + table.Expired;

    readonly record struct Pulled(int Table, int Row, UInt128 Key, int Offset);
}
