using Recs.Matching.Numerics;
using Recs.Schema.Models;

namespace Recs.Tests.Offline.Gates;

/// <summary>Ways in which a model goes wrong while its file stays sound.</summary>
static class Poison
{
    /// <summary>Item vectors that belong to other items.</summary>
    public static float[] Shuffled(ModelFile model)
    {
        var order = Enumerable.Range(0, model.Items).ToArray();
        var rng = new Rng(7);
        for (var item = order.Length - 1; item > 0; item--)
        {
            var other = rng.NextInt(item + 1);
            (order[item], order[other]) = (order[other], order[item]);
        }

        return [.. order.SelectMany(item => model.VectorOf(item).ToArray())];
    }

    /// <summary>Every centroid is the first one.</summary>
    public static float[] Collapsed(ModelFile model) =>
        [.. Enumerable.Repeat(model.Centroids[..model.Dims], model.Clusters).SelectMany(centroid => centroid)];

    /// <summary>Two clusters of three have no edges.</summary>
    public static ModelFile CutOff(ModelFile model)
    {
        var kept = model.EdgeStarts[model.Clusters / 3];
        return model with
        {
            EdgeStarts = [.. model.EdgeStarts.Select(start => Math.Min(start, kept))],
            EdgeRows = model.EdgeRows[..kept],
            EdgeAffinities = model.EdgeAffinities[..kept],
        };
    }
}
