using Recs.Matching.Contexts;
using Recs.Offline.Joins;

namespace Recs.Offline.Embeddings;

/// <summary>Content features of a catalogue, computed when asked for.</summary>
/// <param name="Items">The catalogue.</param>
/// <param name="Buckets">F.</param>
/// <param name="Embedding">E; a given embedding of another length is left out.</param>
public sealed record ItemContent(IReadOnlyList<RetrainItem> Items, int Buckets, int Embedding)
{
    /// <summary>F + E.</summary>
    public int Features => Buckets + Embedding;

    /// <summary>The length that most given embeddings have, the shorter where two tie; 0 when there are none.</summary>
    public static int EmbeddingLength(IReadOnlyList<RetrainItem> items)
    {
        var counts = new SortedDictionary<int, int>();
        foreach (var item in items)
        {
            counts[item.Embedding.Length] = counts.GetValueOrDefault(item.Embedding.Length) + 1;
        }

        counts.Remove(0);
        return counts.Count == 0 ? 0 : counts.MaxBy(length => length.Value).Key;
    }

    /// <summary>Writes the features of item i, shape [F + E].</summary>
    /// <returns>False when nothing is known of it.</returns>
    public bool Encode(int i, Span<float> features)
    {
        var item = Items[i];
        var content = new Content
        {
            Categories = item.Categories,
            Creator = item.Creator,
            Attributes = item.Attributes,
            Embedding = item.Embedding.Length == Embedding ? item.Embedding : [],
        };
        return ContentFeatures.Encode(content, Buckets, features);
    }
}
