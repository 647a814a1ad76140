using System.Numerics.Tensors;
using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Recs.Offline.Embeddings;
using Recs.Schema.Models;

namespace Recs.Offline.Evaluation.HoldOut;

/// <summary>Compares what candidate layers find of what viewers liked next, each trained on the past alone.</summary>
/// <param name="split">The past and what was held out.</param>
/// <param name="options">Settings of the trainings.</param>
/// <param name="count">K.</param>
/// <param name="time">Stamps the models.</param>
public sealed class HoldOutEvaluation(TimeSplit split, RetrainOptions options, int count, TimeProvider time)
{
    const int ActiveClusters = 10;

    /// <summary>All items: popularity, chance, and of each kind of embedding inner products and what its graph reaches.</summary>
    /// <param name="kinds">The kinds to train.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Quality over all items, and over the items without any history.</returns>
    /// <exception cref="EvaluationException">Nothing could be trained; the message says why.</exception>
    public (IReadOnlyList<RetrievalQuality> All, IReadOnlyList<RetrievalQuality> Cold) Run(
        IReadOnlyList<EmbeddingKind> kinds, CancellationToken cancel)
    {
        List<RetrievalQuality> all = [Quality("popularity", _ => true, Popularity), Quality("random", _ => true, Chance())];
        List<RetrievalQuality> cold = [Quality("random", item => split.IsCold[item], Chance())];
        foreach (var kind in kinds)
        {
            var model = Train(kind, cancel);
            all.Add(Quality(NameOf(kind), _ => true, Nearest(model)));
            all.Add(Quality(NameOf(kind) + " graph", _ => true, Reached(model)));
            cold.Add(Quality(NameOf(kind) + " content", item => split.IsCold[item], Nearest(model)));
        }

        return (all, cold);
    }

    /// <summary>The name of a kind in options and tables.</summary>
    public static string NameOf(EmbeddingKind kind) => kind == EmbeddingKind.TwoTower ? "two-tower" : "als";

    RetrievalQuality Quality(string name, Func<int, bool> isCandidate, Func<HeldOutViewer, float[], bool> score) =>
        RetrievalQuality.Of(name, split, count, isCandidate, score);

    ModelFile Train(EmbeddingKind kind, CancellationToken cancel)
    {
        var result = Retrain.Run(new(split.Items, split.Interactions, null), options with { Embeddings = kind }, time, null, cancel);
        return result.Model ?? throw new EvaluationException(result.Refusal!);
    }

    bool Popularity(HeldOutViewer viewer, float[] scores)
    {
        TensorPrimitives.ConvertTruncating<int, float>(split.Counts, scores);
        return true;
    }

    Func<HeldOutViewer, float[], bool> Chance()
    {
        var rng = new Rng(options.Seed);
        return (_, scores) =>
        {
            foreach (ref var score in scores.AsSpan())
            {
                score = rng.NextSingle();
            }

            return true;
        };
    }

    /// <summary>A viewer folded in as a silo does, and inner products.</summary>
    static Func<HeldOutViewer, float[], bool> Nearest(ModelFile model)
    {
        var foldIn = new FoldInOptions { Alpha = model.FoldInAlpha, Ridge = model.FoldInRidge, Steps = model.FoldInSteps };
        return (viewer, scores) =>
        {
            var vector = new float[model.Dims];
            if (!TryFold(model, foldIn, viewer, vector))
            {
                return false;
            }

            for (var item = 0; item < scores.Length; item++)
            {
                scores[item] = TensorPrimitives.Dot(vector, model.VectorOf(item));
            }

            return true;
        };
    }

    /// <summary>The same, among the edges of the viewer's nearest clusters only: what the bandit gets to explore.</summary>
    static Func<HeldOutViewer, float[], bool> Reached(ModelFile model)
    {
        var nearest = Nearest(model);
        var foldIn = new FoldInOptions { Alpha = model.FoldInAlpha, Ridge = model.FoldInRidge, Steps = model.FoldInSteps };
        return (viewer, scores) =>
        {
            var vector = new float[model.Dims];
            if (!TryFold(model, foldIn, viewer, vector) || !nearest(viewer, scores))
            {
                return false;
            }

            var reached = new HashSet<int>();
            var clusters = Enumerable.Range(0, model.Clusters)
                .OrderByDescending(cluster => TensorPrimitives.Dot<float>(vector, model.Centroids.AsSpan(cluster * model.Dims, model.Dims)))
                .Take(ActiveClusters);
            foreach (var cluster in clusters)
            {
                foreach (var row in model.RowsOf(cluster))
                {
                    reached.Add(model.IndexOf(row));
                }
            }

            for (var item = 0; item < scores.Length; item++)
            {
                scores[item] = reached.Contains(item) ? scores[item] : float.NegativeInfinity;
            }

            return true;
        };
    }

    static bool TryFold(ModelFile model, FoldInOptions foldIn, HeldOutViewer viewer, float[] vector)
    {
        var rewards = new float[viewer.Liked.Length];
        Array.Fill(rewards, 1f);
        return FoldIn.TryFold(
            model.Gram, model.ItemVectors, viewer.Liked, rewards, foldIn, new float[rewards.Length], new int[rewards.Length],
            new float[3 * model.Dims], vector);
    }
}
