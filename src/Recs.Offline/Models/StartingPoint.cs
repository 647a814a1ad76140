using System.Numerics.Tensors;
using Recs.Matching.Contexts;
using Recs.Offline.Embeddings;
using Recs.Schema.Models;

namespace Recs.Offline.Models;

/// <summary>Where a training begins: as near to its parent as the shapes allow, so that the space keeps its orientation.</summary>
static class StartingPoint
{
    /// <summary>The parent's map from content when its shape is the same, else a seeded one.</summary>
    public static ContentMap Map(ModelFile? previous, ModelShape shape, ulong seed) =>
        previous is not null && previous.Dims == shape.Dims && previous.Buckets == shape.Buckets
            && previous.Embedding == shape.Embedding
            ? new(shape.Buckets, shape.Embedding, shape.Dims, previous.ContentMap.AsSpan().ToArray())
            : ContentMap.Seeded(shape.Buckets, shape.Embedding, shape.Dims, seed);

    /// <summary>Takes over the vectors of the items that the parent has learned from feedback.</summary>
    /// <param name="previous">The parent.</param>
    /// <param name="rows">Catalogue rows of the items.</param>
    /// <param name="start">The start, written to.</param>
    /// <returns>False when the parent has no such vectors, or of another length.</returns>
    public static bool TryContinue(ModelFile? previous, int[] rows, ItemSpace start)
    {
        if (previous is null || previous.Dims != start.Dims || TensorPrimitives.SumOfMagnitudes<float>(previous.Gram) == 0)
        {
            return false;
        }

        for (var item = 0; item < rows.Length; item++)
        {
            var index = previous.IndexOf(rows[item]);
            if (index >= 0)
            {
                previous.VectorOf(index).CopyTo(start.Vectors.AsSpan(item * start.Dims));
            }
        }

        return true;
    }
}
