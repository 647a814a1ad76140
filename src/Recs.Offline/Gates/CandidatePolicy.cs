using System.Numerics.Tensors;
using Recs.Matching.Bandits;
using Recs.Matching.Contexts;
using Recs.Offline.Joins;
using Recs.Schema.Decisions;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>
/// A model as it would serve: the items that the active clusters nominate, by the upper bound of the hierarchical belief,
/// with statistics learned from the part of the log before.
/// </summary>
/// <remarks>
/// The log has the active clusters of a viewer and not the vector. So u is the weighted sum of their centroids, brought to
/// length one, and the clusters are those of the graph that decided: both are the candidate's own only as far as it has
/// kept its parent's clusters. Work space is reused; one thread at a time.
/// </remarks>
sealed class CandidatePolicy
{
    readonly ModelFile _model;
    readonly int[] _edgeItems;
    readonly double[] _edgePrecisions;
    readonly double[] _edgeWeights;
    readonly double[] _edgeResiduals;
    readonly double[] _impressions;
    readonly double[] _residuals;
    readonly double[] _means;
    readonly double[] _spreads;
    readonly double _alpha;
    readonly int[] _nominatedBy;
    readonly float[] _viewer;
    double[] _order = [];
    int _round;

    /// <summary>A policy that has learned nothing yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="alpha">α ≥ 0 of the bound, in standard deviations; 0 is greedy.</param>
    public CandidatePolicy(ModelFile model, double alpha)
    {
        (_model, _alpha) = (model, alpha);
        _edgeItems = Array.ConvertAll(model.EdgeRows, model.IndexOf);
        (_edgePrecisions, _edgeWeights, _edgeResiduals) = (new double[model.Edges], new double[model.Edges], new double[model.Edges]);
        (_impressions, _residuals) = (new double[model.Items], new double[model.Items]);
        (_means, _spreads) = (new double[model.Items], new double[model.Items]);
        _nominatedBy = new int[model.Items];
        _viewer = new float[model.Dims];
    }

    /// <summary>Indexes of the nominated items, best first; valid until the next <see cref="Nominate"/>.</summary>
    public int[] Ranked { get; private set; } = [];

    /// <summary>How many of <see cref="Ranked"/> count.</summary>
    public int Count { get; private set; }

    /// <summary>Whether every active cluster of a decision is one of the model's.</summary>
    public bool Knows(BanditFeedback feedback, int decision)
    {
        foreach (var cluster in feedback.ClustersOf(decision))
        {
            if ((uint)(cluster - _model.ClusterIdBase) >= (uint)_model.Clusters)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Mean of a nominated item, in [0, 1].</summary>
    public double MeanOf(int item) => Math.Clamp(_means[item], 0, 1);

    /// <summary>Whether the last <see cref="Nominate"/> has an item, by its index in the model.</summary>
    public bool HasNominated(int item) => item >= 0 && _nominatedBy[item] == _round;

    /// <summary>Adds what a known decision showed and earned to the statistics, of those edges that the model has.</summary>
    public void Learn(BanditFeedback feedback, int decision)
    {
        var clusters = feedback.ClustersOf(decision);
        var weights = feedback.WeightsOf(decision);
        for (var row = feedback.Starts[decision]; row < feedback.Starts[decision + 1]; row++)
        {
            var residual = feedback.Rewards[row] - Quantised.ToReal(feedback.Priors[row]);
            if (_model.IndexOf(feedback.Items[row]) is var item and >= 0)
            {
                _impressions[item]++;
                _residuals[item] += residual;
            }

            for (var k = 0; k < clusters.Length; k++)
            {
                var cluster = clusters[k] - _model.ClusterIdBase;
                var edge = (feedback.Matched[row] >> k & 1) == 1 ? _model.RowsOf(cluster).BinarySearch(feedback.Items[row]) : -1;
                if (edge >= 0)
                {
                    var (at, weight) = (_model.EdgeStarts[cluster] + edge, Quantised.ToReal(weights[k]));
                    _edgePrecisions[at] += weight * weight;
                    _edgeWeights[at] += weight;
                    _edgeResiduals[at] += weight * residual;
                }
            }
        }
    }

    /// <summary>Ranks what a known decision's clusters nominate. O(nominated · (D + log nominated)).</summary>
    public void Nominate(BanditFeedback feedback, int decision)
    {
        var clusters = feedback.ClustersOf(decision);
        var weights = feedback.WeightsOf(decision);
        PlaceViewer(clusters, weights);
        (_round, Count) = (_round + 1, 0);
        for (var k = 0; k < clusters.Length; k++)
        {
            var (cluster, weight) = (clusters[k] - _model.ClusterIdBase, Quantised.ToReal(weights[k]));
            for (var edge = _model.EdgeStarts[cluster]; edge < _model.EdgeStarts[cluster + 1]; edge++)
            {
                var item = _edgeItems[edge];
                var effect = HierarchicalUcb.ItemEffect(_impressions[item], _residuals[item], HierarchicalUcb.DefaultItemShrinkage);
                if (_nominatedBy[item] != _round)
                {
                    _nominatedBy[item] = _round;
                    _means[item] = Prior(item) + effect;
                    _spreads[item] = 1 / (_impressions[item] + HierarchicalUcb.DefaultItemShrinkage);
                    Add(item);
                }

                var precision = _edgePrecisions[edge] + HierarchicalUcb.DefaultEdgeShrinkage;
                _means[item] += weight * (_edgeResiduals[edge] - (_edgeWeights[edge] * effect)) / precision;
                _spreads[item] += weight * weight / precision;
            }
        }

        for (var i = 0; i < Count; i++)
        {
            _order[i] = -Bound(Ranked[i]);
        }

        Array.Sort(_order, Ranked, 0, Count);
    }

    /// <summary>As <see cref="HierarchicalUcb.Variance"/>, whose mean is kept away from certainty.</summary>
    double Bound(int item)
    {
        var mean = Math.Clamp(_means[item], 0.02, 0.98);
        return _means[item] + (_alpha * Math.Sqrt(mean * (1 - mean) * _spreads[item]));
    }

    void Add(int item)
    {
        if (Count == Ranked.Length)
        {
            var ranked = Ranked;
            Array.Resize(ref ranked, Math.Max(256, 2 * Count));
            Ranked = ranked;
            _order = new double[ranked.Length];
        }

        Ranked[Count++] = item;
    }

    void PlaceViewer(ReadOnlySpan<int> clusters, ReadOnlySpan<ushort> weights)
    {
        Array.Clear(_viewer);
        for (var k = 0; k < clusters.Length; k++)
        {
            var centroid = _model.Centroids.AsSpan((clusters[k] - _model.ClusterIdBase) * _model.Dims, _model.Dims);
            TensorPrimitives.MultiplyAdd(centroid, (float)Quantised.ToReal(weights[k]), _viewer, _viewer);
        }

        UnitVector.Normalise(_viewer);
    }

    double Prior(int item)
    {
        double affinity = TensorPrimitives.Dot<float>(_viewer, _model.VectorOf(item));
        return 1 / (1 + Math.Exp(-(_model.PriorIntercept + (_model.PriorSlope * affinity))));
    }
}
