using System.Numerics;
using System.Runtime.InteropServices;

namespace Recs.Neural.Online;

/// <summary>
/// Examples that are learned from together: what each owner of rows must be asked for them, and the rows it gave. Owners are
/// numbered: the shards of viewers, then those of items.
/// </summary>
/// <remarks>Used again for the next block; nothing is allocated once it has grown.</remarks>
public sealed class ExampleBlock
{
    /// <summary>Examples after which a block should be learned from.</summary>
    public const int ExamplesMax = 512;

    readonly OnlineOptions _options;
    readonly int _viewerShards;
    readonly int _itemShards;
    readonly List<Meeting>[] _meetings;
    readonly PulledRows[] _rows;
    readonly List<Place> _places = [];
    readonly List<int> _clusters = [];
    readonly List<float> _weights = [];

    /// <summary>An empty block.</summary>
    /// <param name="options">Of the model.</param>
    /// <param name="viewerShards">Owners of viewers' rows.</param>
    /// <param name="itemShards">Owners of items' rows.</param>
    public ExampleBlock(OnlineOptions options, int viewerShards, int itemShards)
    {
        (_options, _viewerShards, _itemShards) = (options, viewerShards, itemShards);
        _meetings = [.. Enumerable.Range(0, Owners).Select(_ => new List<Meeting>())];
        _rows = [.. Enumerable.Range(0, Owners).Select(_ => new PulledRows())];
    }

    /// <summary>Owners of rows.</summary>
    public int Owners => _viewerShards + _itemShards;

    /// <summary>Examples.</summary>
    public int Count => _places.Count;

    /// <summary>The shard of a viewer.</summary>
    /// <param name="viewer">Hash of the viewer's id.</param>
    /// <param name="shards">How many there are.</param>
    public static int ShardOf(UInt128 viewer, int shards) => (int)((ulong)viewer % (uint)shards);

    /// <summary>The shard of an item.</summary>
    /// <param name="row">Its catalogue row.</param>
    /// <param name="shards">How many there are.</param>
    public static int ShardOf(int row, int shards) => row % shards;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _places.Clear();
        _clusters.Clear();
        _weights.Clear();
        for (var owner = 0; owner < Owners; owner++)
        {
            _meetings[owner].Clear();
            _rows[owner].Clear();
        }
    }

    /// <summary>What an owner must be asked, in the order of the examples.</summary>
    public ReadOnlySpan<Meeting> Meetings(int owner) => CollectionsMarshal.AsSpan(_meetings[owner]);

    /// <summary>What it gave.</summary>
    public PulledRows Rows(int owner) => _rows[owner];

    /// <summary>Appends that a viewer is to be forgotten, after the examples so far.</summary>
    /// <param name="viewer">Hash of the viewer's id, not zero.</param>
    public void Forget(UInt128 viewer) =>
        _meetings[ShardOf(viewer, _viewerShards)].Add(new Meeting(viewer, 0, TableKind.Viewers, IsForgotten: true));

    /// <summary>Appends an example; see <see cref="DenseModel.TryAdd"/>.</summary>
    /// <param name="example">Finite, of at most <see cref="OnlineOptions.ActiveClustersMax"/> clusters.</param>
    /// <param name="seconds">The model's time with it.</param>
    internal void Add(in OnlineExample example, uint seconds)
    {
        var viewer = ShardOf(example.Viewer, _viewerShards);
        var item = _viewerShards + ShardOf(example.Row, _itemShards);
        _places.Add(new Place
        {
            Viewer = example.Viewer,
            Row = example.Row,
            Prior = example.Prior,
            Matched = example.Matched,
            IsReward = example.IsReward,
            IsContinued = example.IsContinued,
            Head = example.Head,
            Reward = example.Reward,
            Seconds = seconds,
            Lot = example.Lot,
            ClusterAt = _clusters.Count,
            ClusterCount = example.Clusters.Length,
            ViewerOwner = viewer,
            ViewerAt = _meetings[viewer].Count,
            ItemOwner = item,
            ItemAt = _meetings[item].Count,
        });
        _clusters.AddRange(example.Clusters);
        _weights.AddRange(example.Weights);
        if (example.Viewer != UInt128.Zero)
        {
            _meetings[viewer].Add(new Meeting(example.Viewer, seconds, TableKind.Viewers));
        }

        _meetings[item].Add(new Meeting((UInt128)(uint)example.Row + 1, seconds, TableKind.Items));
        for (var k = 0; _options.IsStacked && k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) != 0)
            {
                _meetings[item].Add(new Meeting(EdgeSums.KeyOf(example.Clusters[k], example.Row), seconds, TableKind.Edges));
            }
        }
    }

    /// <summary>An example; its seconds are the model's time then.</summary>
    internal OnlineExample Example(int at)
    {
        ref readonly var place = ref CollectionsMarshal.AsSpan(_places)[at];
        return new()
        {
            Viewer = place.Viewer,
            Row = place.Row,
            Prior = place.Prior,
            Clusters = CollectionsMarshal.AsSpan(_clusters).Slice(place.ClusterAt, place.ClusterCount),
            Weights = CollectionsMarshal.AsSpan(_weights).Slice(place.ClusterAt, place.ClusterCount),
            Matched = place.Matched,
            IsReward = place.IsReward,
            IsContinued = place.IsContinued,
            Head = place.Head,
            Reward = place.Reward,
            Seconds = place.Seconds,
            Lot = place.Lot,
        };
    }

    /// <summary>The rows of an example.</summary>
    internal ExampleRows RowsOf(int at)
    {
        ref readonly var place = ref CollectionsMarshal.AsSpan(_places)[at];
        var (viewers, items) = (_rows[place.ViewerOwner], _rows[place.ItemOwner]);
        var edges = _options.IsStacked ? BitOperations.PopCount((uint)place.Matched & ((1u << place.ClusterCount) - 1)) : 0;
        return new ExampleRows(
            place.Viewer == UInt128.Zero ? [] : Row(viewers, place.ViewerAt, TableKind.Viewers),
            Row(items, place.ItemAt, TableKind.Items),
            new EdgeRows(items.Offsets.Slice(place.ItemAt + 1, edges), items.Rows));
    }

    Span<float> Row(PulledRows rows, int at, TableKind kind) => rows.Offsets[at] == PulledRows.None
        ? []
        : rows.Rows.Slice(rows.Offsets[at], RowTables.Width(_options, kind));

    readonly record struct Place
    {
        public required UInt128 Viewer { get; init; }

        public required int Row { get; init; }

        public required float Prior { get; init; }

        public required ushort Matched { get; init; }

        public required bool IsReward { get; init; }

        public required bool IsContinued { get; init; }

        public required int Head { get; init; }

        public required float Reward { get; init; }

        public required uint Seconds { get; init; }

        public required uint Lot { get; init; }

        public required int ClusterAt { get; init; }

        public required int ClusterCount { get; init; }

        public required int ViewerOwner { get; init; }

        public required int ViewerAt { get; init; }

        public required int ItemOwner { get; init; }

        public required int ItemAt { get; init; }
    }
}
