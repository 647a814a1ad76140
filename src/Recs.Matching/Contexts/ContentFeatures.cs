using System.Diagnostics;

namespace Recs.Matching.Contexts;

/// <summary>
/// Content as a fixed-length vector: categories, creator and attributes hashed with a sign into F buckets
/// (Weinberger et al., ICML 2009), then the given embedding.
/// </summary>
public static class ContentFeatures
{
    /// <summary>Writes the features of one item or viewer.</summary>
    /// <param name="content">What is known. Its embedding is empty or has E numbers.</param>
    /// <param name="buckets">F ≥ 0.</param>
    /// <param name="features">
    /// Receives shape [F + E]. The hashed part and the embedding each have length one, or are zeros when there is
    /// nothing to say.
    /// </param>
    /// <returns>False when both parts are zeros.</returns>
    /// <remarks>O(F + E + characters), no allocation.</remarks>
    public static bool Encode(scoped in Content content, int buckets, Span<float> features)
    {
        Debug.Assert(
            content.Embedding.IsEmpty || content.Embedding.Length == features.Length - buckets,
            "an embedding has the model's length");
        features.Clear();
        var hashed = features[..buckets];
        foreach (var category in content.Categories)
        {
            Add(hashed, ContentHash.Of("category", "", category));
        }

        if (content.Creator is { } creator)
        {
            Add(hashed, ContentHash.Of("creator", "", creator));
        }

        foreach (var (key, value) in content.Attributes)
        {
            Add(hashed, ContentHash.Of("attribute", key, value));
        }

        var given = features[buckets..];
        content.Embedding.CopyTo(given);
        return UnitVector.Normalise(hashed) | UnitVector.Normalise(given);
    }

    /// <summary>The top bits choose the bucket, the lowest one the sign.</summary>
    static void Add(Span<float> hashed, ulong hash)
    {
        if (!hashed.IsEmpty)
        {
            hashed[(int)Math.BigMul(hash, (ulong)hashed.Length, out _)] += (hash & 1) == 0 ? 1 : -1;
        }
    }
}
