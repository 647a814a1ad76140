using System.Runtime.InteropServices;

using Recs.Neural.Networks;
using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// What a process serves an <see cref="OnlineModel"/> from: rows as of the last synchronisation, and the last published version
/// of the dense weights.
/// </summary>
/// <remarks>One writer takes what the model's owner writes; any number of readers take no lock and allocate nothing.</remarks>
public sealed class ServingCopy
{
    const int KeyBytes = 16;

    static readonly TableKind[] Served = [TableKind.Clusters, TableKind.Items, TableKind.Viewers];

    readonly OnlineOptions _options;
    readonly NetworkShape _shape;
    readonly Dictionary<TableKind, EmbeddingTable> _tables;
    ServedNetwork? _network;

    /// <summary>A copy without rows; nothing can be scored before dense weights were taken.</summary>
    public ServingCopy(OnlineOptions options)
    {
        _options = options;
        _shape = new NetworkShape(NetworkInput.Length(options.Width), [.. options.Hidden], options.HeadWeights.Count);
        _tables = Served.ToDictionary(
            kind => kind,
            kind => new EmbeddingTable(new EmbeddingTableOptions(options.Width, Rows(options, kind)) { Drawn = 0 }, new OpenAdmission()));
    }

    /// <summary>E.</summary>
    public int Width => _options.Width;

    /// <summary>Sizes of the network.</summary>
    public NetworkShape Shape => _shape;

    /// <summary>Whether the network adds to the edges' mean; to the prior otherwise.</summary>
    public bool IsStacked => _options.IsStacked;

    /// <summary>The dense weights; null before the first were taken.</summary>
    public ServedNetwork? Network => Volatile.Read(ref _network);

    /// <summary>Rows of a table.</summary>
    public int Count(TableKind kind) => _tables[kind].Count;

    /// <summary>Copies the embedding of an item. Any thread.</summary>
    public bool TryReadItem(int row, Span<float> values) => _tables[TableKind.Items].TryRead((UInt128)(uint)row + 1, values);

    /// <summary>Copies the embedding of a viewer. Any thread.</summary>
    public bool TryReadViewer(UInt128 viewer, Span<float> values) => viewer != UInt128.Zero && _tables[TableKind.Viewers].TryRead(viewer, values);

    /// <summary>Copies the embedding of a cluster. Any thread.</summary>
    public bool TryReadCluster(int cluster, Span<float> values) => _tables[TableKind.Clusters].TryRead((UInt128)(uint)cluster + 1, values);

    /// <summary>Takes what the owner wrote. One thread at a time.</summary>
    /// <param name="frames">Of any owner.</param>
    /// <param name="viewers">Receives the viewers that were taken, when wanted.</param>
    /// <exception cref="InvalidDataException">It is of another shape.</exception>
    public void Take(ReadOnlySpan<byte> frames, HashSet<UInt128>? viewers = null)
    {
        while (!frames.IsEmpty)
        {
            var head = MemoryMarshal.Cast<byte, int>(frames[..ServedRows.FrameBytes]);
            var (kind, count, seconds) = (head[0], head[1], (uint)head[2]);
            frames = frames[ServedRows.FrameBytes..];
            if (kind == 0)
            {
                TakeNetwork(frames[..count]);
                frames = frames[count..];
                continue;
            }

            if (kind < 0)
            {
                Forget(_tables[(TableKind)(-kind)], ref frames, count);
            }
            else
            {
                TakeRows(_tables[(TableKind)kind], ref frames, count, seconds, (TableKind)kind is TableKind.Viewers ? viewers : null);
            }
        }
    }

    /// <summary>Takes out the viewers of an owner that a copy of it does not have. O(rows). One thread at a time.</summary>
    /// <param name="shard">The owner.</param>
    /// <param name="shards">How many owners of viewers there are.</param>
    /// <param name="kept">Whom the copy has.</param>
    public void KeepViewers(int shard, int shards, HashSet<UInt128> kept)
    {
        var table = _tables[TableKind.Viewers];
        for (var row = 0; row < table.Rows; row++)
        {
            var key = table.KeyOf(row);
            if (key != UInt128.Zero && ExampleBlock.ShardOf(key, shards) == shard && !kept.Contains(key))
            {
                _ = table.Remove(key);
            }
        }
    }

    static int Rows(OnlineOptions options, TableKind kind) => kind switch
    {
        TableKind.Viewers => options.ViewersMax,
        TableKind.Items => options.ItemsMax,
        _ => options.ClustersMax,
    };

    static void Forget(EmbeddingTable table, ref ReadOnlySpan<byte> frames, int count)
    {
        foreach (var key in MemoryMarshal.Cast<byte, UInt128>(frames[..(count * KeyBytes)]))
        {
            _ = table.Remove(key);
        }

        frames = frames[(count * KeyBytes)..];
    }

    void TakeRows(EmbeddingTable table, ref ReadOnlySpan<byte> frames, int count, uint seconds, HashSet<UInt128>? taken)
    {
        table.ExpireBefore(seconds - Math.Min(seconds, _options.ExpirySeconds));
        for (; count > 0; count--)
        {
            var key = MemoryMarshal.Read<UInt128>(frames);
            _ = taken?.Add(key);
            var row = table.GetOrAdd(key, seconds);
            frames.Slice(KeyBytes, Width * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(table.BeginWrite(row)));
            table.EndWrite(row);
            frames = frames[(KeyBytes + (Width * sizeof(float)))..];
        }
    }

    void TakeNetwork(ReadOnlySpan<byte> bytes)
    {
        var rewards = ModelPage.Take<double>(ref bytes);
        var parameters = ModelPage.Take<float>(ref bytes);
        var sums = ModelPage.Take<float>(ref bytes);
        var last = ModelPage.Take<float>(ref bytes);
        var steps = ModelPage.Take<long>(ref bytes)[0];
        if (parameters.Length != _shape.Length || rewards.Length != _shape.Outputs)
        {
            throw new InvalidDataException("the published network has other sizes than this process was configured with");
        }

        using var network = new Network(_shape);
        using var confidence = new GradientDiagonal(_shape);
        parameters.CopyTo(network.Parameters);
        sums.CopyTo(confidence.Sums);
        var heads = new RewardHeads(_options, rewards);

        // Requests may still score with the version before: the collector frees it after the last of them.
        var scorer = new BatchScorer(network, confidence, _options.Lambda, heads.Weights);
        Volatile.Write(ref _network, new ServedNetwork(scorer, LastLayer.Invert(last, _options.Lambda), heads, steps));
    }
}
