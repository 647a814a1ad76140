using Recs.Offline.Embeddings;

namespace Recs.Offline.Joins;

/// <summary>The catalogue in the order of its rows, and who met which of its items.</summary>
/// <param name="Content">The items, ascending by row.</param>
/// <param name="Rows">Their catalogue rows, shape [n].</param>
/// <param name="Shown">All pairs by viewer, unrewarded ones included.</param>
/// <param name="Rewarded">The rewarded pairs by viewer.</param>
/// <param name="Unknown">Meetings left out because their item is not in the catalogue.</param>
sealed record JoinedData(ItemContent Content, int[] Rows, PairMatrix Shown, PairMatrix Rewarded, long Unknown)
{
    public static JoinedData Of(RetrainInput input, ModelShape shape)
    {
        var items = input.Items.OrderBy(item => item.Row).ToArray();
        var rows = Array.ConvertAll(items, item => item.Row);
        var shown = input.Interactions.Build(rows, out var unknown);
        return new(new(items, shape.Buckets, shape.Embedding), rows, shown, shown.Rewarded(), unknown);
    }
}
