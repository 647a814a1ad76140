using Recs.Offline.Embeddings;

namespace Recs.Offline;

/// <summary>The shapes of a model to be.</summary>
/// <param name="Dims">D.</param>
/// <param name="Clusters">C.</param>
/// <param name="Buckets">F.</param>
/// <param name="Embedding">E.</param>
readonly record struct ModelShape(int Dims, int Clusters, int Buckets, int Embedding)
{
    /// <summary>What the settings say, else the parent's, else the defaults; E is what the catalogue brings.</summary>
    public static ModelShape Of(RetrainInput input, RetrainOptions options)
    {
        var given = ItemContent.EmbeddingLength(input.Items);
        return new(
            options.Dims ?? input.Previous?.Dims ?? RetrainOptions.DimsDefault,
            options.Clusters ?? input.Previous?.Clusters ?? RetrainOptions.ClustersDefault,
            options.Buckets ?? input.Previous?.Buckets ?? RetrainOptions.BucketsDefault,
            given > 0 ? given : input.Previous?.Embedding ?? 0);
    }
}
