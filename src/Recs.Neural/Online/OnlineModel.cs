using System.Numerics.Tensors;

using Recs.Matching.Bandits;
using Recs.Neural.Networks;
using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// A reward model that learns from every impression and every reward as they come: collisionless tables of embeddings by viewer,
/// by item and by cluster, and one small network over them that adds to what the edges know.
/// </summary>
/// <remarks>
/// An impression and its rewards are separate steps whose gradients add up to the whole example's (see <see cref="Losses"/>), so
/// a reward may come at any delay. The same examples in the same order give the same bits. One writer; no allocation once the
/// tables have grown.
/// </remarks>
public sealed partial class OnlineModel : IDisposable
{
    const int ClustersMax = 16;
    const float ClusterSpread = 0.3f;
    const float MatchGradientMax = 10;

    readonly OnlineOptions _options;
    readonly Network _network;
    readonly NetworkTrainer _trainer;
    readonly NetworkPass _pass;
    readonly double[] _rewards;
    readonly float[] _taste;
    readonly float[] _input;
    readonly float[] _inputGradient;
    readonly float[] _headGradients;
    readonly float[] _heads;
    readonly float[] _rowGradient;
    readonly int[] _clusterRows = new int[ClustersMax];
    readonly EdgeSums _edges;
    uint _seconds;

    /// <summary>A model that predicts its baseline.</summary>
    public OnlineModel(OnlineOptions options)
        : this(options, New(options, TableKind.Viewers), New(options, TableKind.Items), New(options, TableKind.Clusters), New(options, TableKind.Edges))
    {
    }

    OnlineModel(OnlineOptions options, EmbeddingTable viewers, EmbeddingTable items, EmbeddingTable clusters, EmbeddingTable edges)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Width % NetworkShape.Lanes, 0, nameof(options));
        (_options, Viewers, Items, Clusters) = (options, viewers, items, clusters);
        _edges = new EdgeSums(edges, options);
        _network = new Network(new NetworkShape(NetworkInput.Length(options.Width), [.. options.Hidden], options.HeadWeights.Count));
        Start(_network, options.Seed);
        _trainer = new NetworkTrainer(_network, options.Trunk);
        Confidence = new GradientDiagonal(_network.Shape);
        LastLayer = new LastLayer(_network.Shape);
        _pass = new NetworkPass(_network.Shape);
        _rewards = new double[options.HeadWeights.Count];
        Heads = new RewardHeads(options, _rewards);
        (_taste, _rowGradient) = (new float[options.Width], new float[options.Width]);
        (_input, _inputGradient) = (new float[_network.Shape.Inputs], new float[_network.Shape.Inputs]);
        (_headGradients, _heads) = (new float[_rewards.Length], new float[_rewards.Length]);
    }

    /// <summary>Embeddings by viewer: E numbers, then the optimiser's E.</summary>
    public EmbeddingTable Viewers { get; }

    /// <summary>Embeddings by catalogue row + 1: E numbers, the optimiser's E, impressions and Σ(r − π).</summary>
    public EmbeddingTable Items { get; }

    /// <summary>Embeddings by global cluster id + 1: E numbers, then the optimiser's E.</summary>
    public EmbeddingTable Clusters { get; }

    /// <summary>The network.</summary>
    public Network Network => _network;

    /// <summary>Σ g² over the impressions.</summary>
    public GradientDiagonal Confidence { get; }

    /// <summary>Σ φφᵀ over the impressions.</summary>
    public LastLayer LastLayer { get; }

    /// <summary>From the network's heads to rewards.</summary>
    public RewardHeads Heads { get; }

    /// <summary>Σ r of each head, shape [heads].</summary>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <summary>The latest time of an example, in seconds.</summary>
    public uint Seconds => _seconds;

    /// <summary>Examples learned from.</summary>
    public long Steps => _trainer.Steps;

    /// <summary>Gradients that were too long and were scaled.</summary>
    public long Clipped => _trainer.Clipped;

    /// <summary>Ids that made room for others, of all tables.</summary>
    public long Evicted => Viewers.Evicted + Items.Evicted + Clusters.Evicted + _edges.Table.Evicted;

    /// <summary>Examples that were not finite and changed nothing.</summary>
    public long Refused { get; private set; }

    /// <summary>Learns from an example. O(parameters of the network).</summary>
    /// <returns>What became of its gradient; an impression that is not kept counts as applied.</returns>
    public StepOutcome Apply(in OnlineExample example)
    {
        if (!float.IsFinite(example.Prior + example.Reward + TensorPrimitives.Sum(example.Weights)))
        {
            Refused++;
            return StepOutcome.Refused;
        }

        _isHeadChanged = true;
        Advance(example.Seconds);
        var (viewer, item) = Meet(example);
        var facts = Facts(example, viewer, item, isOwnLeftOut: example.IsReward);
        Gather(example, viewer, item, facts);
        var heads = Forward();
        var outcome = StepOutcome.Applied;
        if (FillGradients(example, heads, facts.Baseline))
        {
            outcome = Descend(example, viewer, item);
        }

        Refused += outcome is StepOutcome.Refused ? 1 : 0;
        Count(example, item);
        return outcome;
    }

    /// <summary>What the model believes of a pair now: reward units, and the standard deviation of that.</summary>
    /// <param name="example">The pair; its reward does not matter.</param>
    /// <remarks>For one pair; serving scores many at once with a <see cref="BatchScorer"/>.</remarks>
    public Belief Predict(in OnlineExample example)
    {
        var viewer = example.Viewer == UInt128.Zero ? EmbeddingTable.None : Viewers.Find(example.Viewer);
        var item = Items.Find((UInt128)(uint)example.Row + 1);
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            _clusterRows[k] = Clusters.Find((UInt128)(uint)example.Clusters[k] + 1);
        }

        var facts = Facts(example, viewer, item, isOwnLeftOut: false);
        Gather(example, viewer, item, facts);
        var (mean, slope) = Heads.Combine(Forward(), facts.Baseline);
        var variance = slope * slope * Confidence.Variance(_network, _pass, Heads.Weights, _options.Lambda);
        return new Belief(mean, variance + (_options.IsStacked ? _edges.Variance(example, Shown(item), facts.Baseline) : 0));
    }

    /// <summary>What the edges alone say of a pair now: the item's impressions, the hierarchical mean and its variance.</summary>
    public (float Shown, float Mean, float Variance) Edges(in OnlineExample example)
    {
        var item = Items.Find((UInt128)(uint)example.Row + 1);
        var residual = item == EmbeddingTable.None ? 0 : Items.Row(item)[(2 * _options.Width) + 1];
        var mean = _edges.Mean(example, Shown(item), residual, isOwnLeftOut: false);
        return (Shown(item), mean, _edges.Variance(example, Shown(item), mean));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _trainer.Dispose();
        _pass.Dispose();
        Confidence.Dispose();
    }

    /// <summary>Hidden layers are drawn, the heads are 0: nothing is added to the baseline yet.</summary>
    static void Start(Network network, ulong seed)
    {
        network.Initialise(seed);
        network.Parameters[network.Shape.WeightsAt(network.Shape.Layers - 1)..].Clear();
    }

    static EmbeddingTable New(OnlineOptions options, TableKind kind) => new(Shape(options, kind), Admission(options, kind));

    static EmbeddingTableOptions Shape(OnlineOptions options, TableKind kind) => kind switch
    {
        TableKind.Viewers => new(2 * options.Width, options.ViewersMax) { Drawn = 0 },
        TableKind.Items => new((2 * options.Width) + 2, options.ItemsMax) { Drawn = NetworkInput.MatchAt(options.Width), Spread = options.ItemSpread, Seed = ~options.Seed },
        TableKind.Clusters => new(2 * options.Width, options.ClustersMax) { Drawn = options.Width, Spread = ClusterSpread, Seed = options.Seed },
        _ => new(EdgeSums.Width, options.EdgesMax) { Drawn = 0 },
    };

    static IAdmission Admission(OnlineOptions options, TableKind kind) => kind is not TableKind.Viewers
        ? new OpenAdmission()
        : options.Admission switch
        {
            AdmissionKind.Counted => new CountedAdmission(options.AdmitAfter, new SlidingCounters(1 << 16, 7, 86_400)),
            AdmissionKind.Probabilistic => new ProbabilisticAdmission(options.AdmitAfter, options.Seed),
            _ => new OpenAdmission(),
        };

    void Advance(uint seconds)
    {
        if (seconds <= _seconds)
        {
            return;
        }

        _seconds = seconds;
        var since = seconds - Math.Min(seconds, _options.ExpirySeconds);
        Viewers.ExpireBefore(since);
        Items.ExpireBefore(since);
        _edges.Table.ExpireBefore(since);
    }

    (int Viewer, int Item) Meet(in OnlineExample example)
    {
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            _clusterRows[k] = Clusters.GetOrAdd((UInt128)(uint)example.Clusters[k] + 1, _seconds);
        }

        var viewer = example.Viewer == UInt128.Zero ? EmbeddingTable.None : Viewers.GetOrAdd(example.Viewer, _seconds);
        return (viewer, Items.GetOrAdd((UInt128)(uint)example.Row + 1, _seconds));
    }

    float Shown(int item) => item == EmbeddingTable.None ? 0 : Items.Row(item)[2 * _options.Width];

    /// <param name="example">The pair.</param>
    /// <param name="viewer">Its row.</param>
    /// <param name="item">Its row.</param>
    /// <param name="isOwnLeftOut">Whether the impression that is rewarded is counted already and must not be its own evidence.</param>
    PairFacts Facts(in OnlineExample example, int viewer, int item, bool isOwnLeftOut)
    {
        var (shown, residual) = (Shown(item), item == EmbeddingTable.None ? 0 : Items.Row(item)[(2 * _options.Width) + 1]);
        var isLeftOut = isOwnLeftOut && shown >= 1;
        if (isLeftOut)
        {
            (shown, residual) = (shown - 1, residual + example.Prior);
        }

        var baseline = _options.IsStacked ? _edges.Mean(example, shown, residual, isLeftOut) : example.Prior;
        return new PairFacts(example.Prior, baseline, shown, viewer != EmbeddingTable.None);
    }

    void Gather(in OnlineExample example, int viewer, int item, in PairFacts facts)
    {
        Array.Clear(_taste);
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if (_clusterRows[k] != EmbeddingTable.None)
            {
                TensorPrimitives.MultiplyAdd(Clusters.Row(_clusterRows[k])[.._options.Width], example.Weights[k], _taste, _taste);
            }
        }

        if (viewer != EmbeddingTable.None)
        {
            TensorPrimitives.Add(_taste, Viewers.Row(viewer)[.._options.Width], _taste);
        }

        NetworkInput.Write(_taste, item == EmbeddingTable.None ? [] : Items.Row(item)[.._options.Width], facts, _input);
    }

    /// <summary>The network's heads, each with ⟨h, e⟩ added.</summary>
    Span<float> Forward()
    {
        var product = NetworkInput.Match(_input, _options.Width);
        _network.Forward(_input, _pass).CopyTo(_heads);
        foreach (ref var head in _heads.AsSpan())
        {
            head += product;
        }

        return _heads;
    }

    /// <returns>False when nobody learns from it: an impression that is not among the negatives kept.</returns>
    bool FillGradients(in OnlineExample example, ReadOnlySpan<float> heads, float baseline)
    {
        var isKept = example.Lot < _options.NegativesKept * (1L << 32);
        Array.Clear(_headGradients);
        if (!example.IsReward)
        {
            for (var head = 0; head < heads.Length; head++)
            {
                _headGradients[head] = Heads.Predict(head, heads[head], baseline, (float)_options.NegativesKept);
            }

            return isKept;
        }

        // A positive is always learned from: where its impression was not, that half of its gradient comes with the reward.
        var of = Math.Clamp(example.Head, 0, heads.Length - 1);
        _headGradients[of] = (isKept ? 0 : Heads.Predict(of, heads[of], baseline, (float)_options.NegativesKept)) - example.Reward;
        return true;
    }

    StepOutcome Descend(in OnlineExample example, int viewer, int item)
    {
        if (!example.IsReward)
        {
            if (Confidence.Add(_network, _pass, Heads.Weights))
            {
                LastLayer.Add(_pass, _network.Shape);
            }
        }

        var outcome = _trainer.Step(_pass, _headGradients, _inputGradient);
        if (outcome is StepOutcome.Refused)
        {
            return outcome;
        }

        var width = _options.Width;
        ReadOnlySpan<float> input = _inputGradient;
        var match = Math.Clamp(TensorPrimitives.Sum<float>(_headGradients), -MatchGradientMax, MatchGradientMax);
        if (item != EmbeddingTable.None)
        {
            // d/de = the item's own place + the product's place ∘ h, before h moves.
            TensorPrimitives.MultiplyAdd(input[(2 * width)..(3 * width)], _taste, input[width..(2 * width)], _rowGradient);
            AddMatch(_taste, match);
            DescendRow(Items, item, 1);
        }

        TensorPrimitives.MultiplyAdd(input[(2 * width)..(3 * width)], _input.AsSpan(width, width), input[..width], _rowGradient);
        AddMatch(_input.AsSpan(width, width), match);
        if (viewer != EmbeddingTable.None)
        {
            DescendRow(Viewers, viewer, 1);
        }

        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if (_clusterRows[k] != EmbeddingTable.None)
            {
                DescendRow(Clusters, _clusterRows[k], example.Weights[k]);
            }
        }

        return outcome;
    }

    void AddMatch(ReadOnlySpan<float> other, float gradient)
    {
        var factors = NetworkInput.MatchAt(_options.Width);
        TensorPrimitives.MultiplyAdd(other[factors..], gradient, _rowGradient.AsSpan(factors), _rowGradient.AsSpan(factors));
    }

    void DescendRow(EmbeddingTable table, int row, float factor)
    {
        var values = table.BeginWrite(row);
        RowStep.AdaGrad(values[.._options.Width], values.Slice(_options.Width, _options.Width), _rowGradient, factor, _options.RowRate, _options.RowFloor);
        table.EndWrite(row);
    }

    /// <summary>Adds the example to what later ones are measured against.</summary>
    void Count(in OnlineExample example, int item)
    {
        if (example.IsReward)
        {
            _rewards[Math.Clamp(example.Head, 0, _rewards.Length - 1)] += example.Reward;
            Heads.Learn(_rewards);
        }

        if (item == EmbeddingTable.None)
        {
            return;
        }

        var sums = Items.BeginWrite(item)[(2 * _options.Width)..];
        sums[0] += example.IsReward ? 0 : 1;
        sums[1] += example.IsReward ? example.Reward : -example.Prior;
        Items.EndWrite(item);
        if (_options.IsStacked)
        {
            _edges.Add(example, _seconds);
        }
    }
}
