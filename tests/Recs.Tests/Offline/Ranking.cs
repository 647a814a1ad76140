using System.Numerics.Tensors;
using Recs.Matching.Contexts;
using Recs.Schema.Models;

namespace Recs.Tests.Offline;

/// <summary>Ranks items for viewers as a silo does: fold-in, then inner products.</summary>
static class Ranking
{
    public static float[] FoldIn(ModelFile model, IReadOnlyList<int> rows)
    {
        var items = rows.Select(model.IndexOf).Where(item => item >= 0).ToArray();
        var rewards = Enumerable.Repeat(1f, items.Length).ToArray();
        var options = new FoldInOptions
        {
            Alpha = model.FoldInAlpha,
            Ridge = model.FoldInRidge,
            Steps = model.FoldInSteps,
        };
        var viewer = new float[model.Dims];
        Recs.Matching.Contexts.FoldIn.TryFold(
            model.Gram, model.ItemVectors, items, rewards, options, new float[items.Length], new int[items.Length],
            new float[3 * model.Dims], viewer);
        return viewer;
    }

    public static float[] Scores(ModelFile model, float[] viewer) => [.. Enumerable.Range(0, model.Items)
        .Select(item => TensorPrimitives.Dot(viewer, model.VectorOf(item)))];

    /// <summary>How often a held-out item scores above another one; ties are half.</summary>
    public static double Auc(float[] scores, int positive, IReadOnlySet<int> exclude)
    {
        var wins = 0.0;
        var trials = 0;
        for (var other = 0; other < scores.Length; other++)
        {
            if (other != positive && !exclude.Contains(other))
            {
                wins += scores[positive] > scores[other] ? 1 : scores[positive] == scores[other] ? 0.5 : 0;
                trials++;
            }
        }

        return wins / trials;
    }

    /// <summary>Share of the held-out items among the best ones that are not excluded.</summary>
    public static double Recall(float[] scores, int count, IReadOnlySet<int> heldOut, IReadOnlySet<int> exclude)
    {
        var best = Enumerable.Range(0, scores.Length).Where(item => !exclude.Contains(item))
            .OrderByDescending(item => scores[item]).ThenBy(item => item).Take(count);
        return (double)best.Count(heldOut.Contains) / Math.Min(count, heldOut.Count);
    }
}
