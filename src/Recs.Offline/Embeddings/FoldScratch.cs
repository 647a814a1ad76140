using Recs.Matching.Contexts;

namespace Recs.Offline.Embeddings;

/// <summary>One thread's work space for folding viewers in.</summary>
sealed class FoldScratch(int dims)
{
    readonly float[] _scratch = new float[3 * dims];
    float[] _weights = [];
    int[] _kept = [];

    /// <summary>Folds one viewer in; see <see cref="FoldIn.TryFold"/>.</summary>
    public bool TryFold(ItemSpace space, ReadOnlySpan<int> items, ReadOnlySpan<float> rewards, Span<float> viewer)
    {
        if (_weights.Length < items.Length)
        {
            _weights = new float[items.Length * 2];
            _kept = new int[items.Length * 2];
        }

        return FoldIn.TryFold(
            space.Gram, space.Vectors, items, rewards, space.FoldIn,
            _weights.AsSpan(0, items.Length), _kept.AsSpan(0, items.Length), _scratch, viewer);
    }
}
