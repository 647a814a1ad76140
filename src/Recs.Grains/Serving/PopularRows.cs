using Recs.Matching.Graph;
using Recs.Matching.Slates;

namespace Recs.Grains.Serving;

/// <summary>The population's favourites among all items, ranked anew at most once a second and only where a request asks.</summary>
/// <remarks>Ranking reads every row, 64 bytes each; asking costs nothing. Safe for any number of requests at once.</remarks>
sealed class PopularRows(TimeProvider time)
{
    /// <summary>Rows that are ranked.</summary>
    public const int RowsMax = 4096;

    static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(1);

    readonly Lock _ranking = new();
    int[] _rows = [];
    long _rankedAt;
    bool _isRanked;

    /// <summary>Rows that may be shown to somebody, most popular first, at most <see cref="RowsMax"/>.</summary>
    /// <param name="items">The sums.</param>
    /// <param name="shown">Impressions of all items.</param>
    /// <param name="rewarded">Rewards of all items.</param>
    /// <param name="shrinkage">Of the popularity.</param>
    public int[] Of(ItemTable items, double shown, double rewarded, float shrinkage)
    {
        if (IsStale() && _ranking.TryEnter())
        {
            try
            {
                if (IsStale())
                {
                    var now = time.GetUtcNow().ToUnixTimeSeconds();
                    Volatile.Write(ref _rows, Rank(items, new Eligibility(now, 0, []), shown, rewarded, shrinkage));
                    (_rankedAt, _isRanked) = (time.GetTimestamp(), true);
                }
            }
            finally
            {
                _ranking.Exit();
            }
        }

        return Volatile.Read(ref _rows);
    }

    bool IsStale() => !Volatile.Read(ref _isRanked) || time.GetElapsedTime(Volatile.Read(ref _rankedAt)) > StaleAfter;

    static int[] Rank(ItemTable items, in Eligibility eligibility, double shown, double rewarded, float shrinkage)
    {
        var best = new PopularityHeap(RowsMax);
        for (var row = 0; row < items.RowCount; row++)
        {
            if (items.IsEligible(row, eligibility))
            {
                var totals = items.ReadTotals(row);
                best.Offer(row, ItemScores.Popular(totals.N, totals.R, shown, rewarded, shrinkage));
            }
        }

        return best.Rows();
    }
}
