using Recs.Matching.Contexts;
using Recs.Offline.Embeddings;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>Whether the clusters still tell viewers apart as well as the parent's do.</summary>
static class ClusterGates
{
    const string Spread = "cluster spread";
    const string Largest = "largest cluster";
    const int PointsMax = 20_000;
    const double LargestSlack = 0.1;

    public static IEnumerable<Gate> Of(GateInput input, GateOptions bounds)
    {
        if (input.Parent is not { Items: > 0 } parent)
        {
            return [GateForm.NotJudged(Spread, $"There is no parent with items."), GateForm.NotJudged(Largest, $"There is no parent with items.")];
        }

        var own = Points(input, input.Candidate, bounds);
        var others = Points(input, parent, bounds);
        var (points, needed) = (own.Length / input.Candidate.Dims, bounds.PointsPerCluster * input.Candidate.Clusters);
        if (points < needed || others.Length == 0)
        {
            FormattableString sentence = $"{points} viewers and items are too few to judge by; {needed} would do.";
            return [GateForm.NotJudged(Spread, sentence), GateForm.NotJudged(Largest, sentence)];
        }

        return Compare(
            ClusterSpread.Of(own, input.Candidate.Centroids, input.Candidate.Dims), input.Candidate.Clusters,
            ClusterSpread.Of(others, parent.Centroids, parent.Dims), parent.Clusters, bounds);
    }

    static IEnumerable<Gate> Compare(
        ClusterSpread own, int clusters, ClusterSpread others, int clustersOfParent, GateOptions bounds)
    {
        var comparable = others.Effective * Math.Min(1, (double)clusters / clustersOfParent);
        yield return GateForm.AtLeast(
            Spread, own.Effective, bounds.SpreadMin * comparable,
            $"{own.Points} viewers and items spread like {own.Effective:f1} clusters of equal size, the parent's like {others.Effective:f1}; {own.Empty} of {clusters} clusters are empty.");
        var most = Math.Max(Math.Max(bounds.LargestClusterMax, 2.0 / clusters), others.Largest + LargestSlack);
        yield return GateForm.AtMost(
            Largest, own.Largest, Math.Min(1, most),
            $"The largest cluster has {own.Largest:p1} of them, the parent's {others.Largest:p1}.");
    }

    /// <summary>Viewers as a model folds them in, and items with them where viewers are few, as in the training.</summary>
    static float[] Points(GateInput input, ModelFile model, GateOptions bounds)
    {
        var map = new ContentMap(model.Buckets, model.Embedding, model.Dims, model.ContentMap);
        var space = new ItemSpace(
            model.Dims, model.ItemVectors, [], model.Gram, map,
            new FoldInOptions { Alpha = model.FoldInAlpha, Ridge = model.FoldInRidge, Steps = model.FoldInSteps });
        var rewarded = input.Interactions.Build(model.ItemRows, out _).Rewarded();
        var viewers = ViewerVectors.FoldAll(rewarded, space, PointsMax, new ParallelOptions());
        if (viewers.Length / model.Dims >= bounds.PointsPerCluster * model.Clusters)
        {
            return viewers;
        }

        var items = model.ItemVectors[..(Math.Min(PointsMax, model.Items) * model.Dims)];
        ClusterSpread.Normalise(items, model.Dims);
        return [.. viewers, .. items];
    }
}
