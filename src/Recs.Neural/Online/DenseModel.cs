using System.Numerics.Tensors;

using Recs.Matching.Bandits;
using Recs.Neural.Networks;
using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// What a model has once: one small network that adds to what the edges know, its confidence, and the embeddings of the clusters.
/// It learns from every impression and every reward as they come; the rows of viewers and items are their owners'
/// (<see cref="RowShard"/>), which lend them for a block of examples.
/// </summary>
/// <remarks>
/// An impression and its rewards are separate steps whose gradients add up to the whole example's (see <see cref="Losses"/>), so
/// a reward may come at any delay. The same examples in the same order give the same bits, however they are cut into blocks and
/// however many owners there are. One writer; no allocation once the tables have grown.
/// </remarks>
public sealed partial class DenseModel : IDisposable
{
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
    readonly int _sumsAt;
    readonly int[] _clusterRows = new int[OnlineOptions.ActiveClustersMax];
    uint _planned;
    uint _seconds;

    /// <summary>A model that predicts its baseline.</summary>
    public DenseModel(OnlineOptions options)
        : this(options, RowTables.New(options, TableKind.Clusters, shards: 1))
    {
    }

    DenseModel(OnlineOptions options, EmbeddingTable clusters)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Width % NetworkShape.Lanes, 0, nameof(options));
        (_options, Clusters, _sumsAt) = (options, clusters, RowTables.SumsAt(options));
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

    /// <summary>Embeddings by global cluster id + 1.</summary>
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

    /// <summary>Examples learned from.</summary>
    public long Steps => _trainer.Steps;

    /// <summary>Gradients that were too long and were scaled.</summary>
    public long Clipped => _trainer.Clipped;

    /// <summary>Examples that were not finite and changed nothing.</summary>
    public long Refused { get; private set; }

    /// <summary>Appends an example to a block that will be learned from next.</summary>
    /// <returns>False, and counted, when it is not finite.</returns>
    public bool TryAdd(ExampleBlock block, in OnlineExample example)
    {
        if (!float.IsFinite(example.Prior + example.Reward + TensorPrimitives.Sum(example.Weights)))
        {
            Refused++;
            return false;
        }

        _planned = Math.Max(_planned, example.Seconds);
        block.Add(example, _planned);
        return true;
    }

    /// <summary>Learns from the examples of a block, one after the other, stepping the rows that their owners gave for it.</summary>
    /// <returns>What became of the last one's gradient; an impression that is not kept counts as applied.</returns>
    /// <remarks>O(parameters of the network) an example, no allocation.</remarks>
    public StepOutcome Learn(ExampleBlock block)
    {
        var outcome = StepOutcome.Applied;
        for (var at = 0; at < block.Count; at++)
        {
            outcome = Apply(block.Example(at), block.RowsOf(at));
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _trainer.Dispose();
        _pass.Dispose();
        Confidence.Dispose();
    }

    /// <summary>What the model believes of a pair now; see <see cref="OnlineModel.Predict"/>.</summary>
    internal Belief Predict(in OnlineExample example, ExampleRows rows)
    {
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            _clusterRows[k] = Clusters.Find((UInt128)(uint)example.Clusters[k] + 1);
        }

        var facts = Facts(example, rows, isOwnLeftOut: false);
        Gather(example, rows, facts);
        var (mean, slope) = Heads.Combine(Forward(), facts.Baseline);
        var variance = slope * slope * Confidence.Variance(_network, _pass, Heads.Weights, _options.Lambda);
        return new Belief(
            mean,
            variance + (_options.IsStacked ? EdgeSums.Variance(example, rows.Edges, _options, facts.Impressions, facts.Baseline) : 0));
    }

    /// <summary>Hidden layers are drawn, the heads are 0: nothing is added to the baseline yet.</summary>
    static void Start(Network network, ulong seed)
    {
        network.Initialise(seed);
        network.Parameters[network.Shape.WeightsAt(network.Shape.Layers - 1)..].Clear();
    }

    StepOutcome Apply(in OnlineExample example, ExampleRows rows)
    {
        _isHeadChanged = true;
        _seconds = example.Seconds;
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            _clusterRows[k] = Clusters.GetOrAdd((UInt128)(uint)example.Clusters[k] + 1, _seconds);
        }

        var facts = Facts(example, rows, isOwnLeftOut: example.IsReward);
        Gather(example, rows, facts);
        var heads = Forward();
        var outcome = FillGradients(example, heads, facts.Baseline) ? Descend(example, rows) : StepOutcome.Applied;
        Refused += outcome is StepOutcome.Refused ? 1 : 0;
        Count(example, rows);
        return outcome;
    }

    /// <param name="example">The pair.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="isOwnLeftOut">Whether the impression that is rewarded is counted already and must not be its own evidence.</param>
    PairFacts Facts(in OnlineExample example, ExampleRows rows, bool isOwnLeftOut)
    {
        var (shown, residual) = rows.Item.IsEmpty ? (0, 0) : (rows.Item[_sumsAt], rows.Item[_sumsAt + 1]);
        var isLeftOut = isOwnLeftOut && shown >= 1;
        if (isLeftOut)
        {
            (shown, residual) = (shown - 1, residual + example.Prior);
        }

        var baseline = _options.IsStacked ? EdgeSums.Mean(example, rows.Edges, _options, shown, residual, isLeftOut) : example.Prior;
        return new PairFacts(example.Prior, baseline, shown, !rows.Viewer.IsEmpty);
    }

    void Gather(in OnlineExample example, ExampleRows rows, in PairFacts facts)
    {
        Array.Clear(_taste);
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if (_clusterRows[k] != EmbeddingTable.None)
            {
                TensorPrimitives.MultiplyAdd(Clusters.Row(_clusterRows[k])[.._options.Width], example.Weights[k], _taste, _taste);
            }
        }

        if (!rows.Viewer.IsEmpty)
        {
            TensorPrimitives.Add(_taste, rows.Viewer[.._options.Width], _taste);
        }

        NetworkInput.Write(_taste, rows.Item.IsEmpty ? [] : rows.Item[.._options.Width], facts, _input);
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
        _headGradients[of] = (isKept || example.IsContinued ? 0 : Heads.Predict(of, heads[of], baseline, (float)_options.NegativesKept)) - example.Reward;
        return true;
    }

    StepOutcome Descend(in OnlineExample example, ExampleRows rows)
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
        if (!rows.Item.IsEmpty)
        {
            // d/de = the item's own place + the product's place ∘ h, before h moves.
            TensorPrimitives.MultiplyAdd(input[(2 * width)..(3 * width)], _taste, input[width..(2 * width)], _rowGradient);
            AddMatch(_taste, match);
            DescendRow(rows.Item, 1);
        }

        TensorPrimitives.MultiplyAdd(input[(2 * width)..(3 * width)], _input.AsSpan(width, width), input[..width], _rowGradient);
        AddMatch(_input.AsSpan(width, width), match);
        if (!rows.Viewer.IsEmpty)
        {
            DescendRow(rows.Viewer, 1);
        }

        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if (_clusterRows[k] != EmbeddingTable.None)
            {
                DescendRow(Clusters.BeginWrite(_clusterRows[k]), example.Weights[k]);
                Clusters.EndWrite(_clusterRows[k]);
            }
        }

        return outcome;
    }

    void AddMatch(ReadOnlySpan<float> other, float gradient)
    {
        var factors = NetworkInput.MatchAt(_options.Width);
        TensorPrimitives.MultiplyAdd(other[factors..], gradient, _rowGradient.AsSpan(factors), _rowGradient.AsSpan(factors));
    }

    void DescendRow(Span<float> row, float factor) => RowStep.Apply(row, _rowGradient, factor, _options);

    /// <summary>Adds the example to what later ones are measured against.</summary>
    void Count(in OnlineExample example, ExampleRows rows)
    {
        if (example.IsReward)
        {
            _rewards[Math.Clamp(example.Head, 0, _rewards.Length - 1)] += example.Reward;
            Heads.Learn(_rewards);
        }

        if (rows.Item.IsEmpty)
        {
            return;
        }

        var sums = rows.Item[_sumsAt..];
        sums[0] += example.IsReward ? 0 : 1;
        sums[1] += example.IsReward ? example.Reward : -example.Prior;
        if (_options.IsStacked)
        {
            EdgeSums.Add(example, rows.Edges);
        }
    }
}
