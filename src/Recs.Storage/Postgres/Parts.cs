namespace Recs.Storage.Postgres;

/// <summary>Divides a long list into what one statement should carry.</summary>
static class Parts
{
    const int RowsMax = 1000;

    /// <summary>Consecutive parts of at most 1000 rows and about so many bytes; a larger row is a part alone.</summary>
    public static IEnumerable<List<T>> Of<T>(IReadOnlyList<T> all, Func<T, int> bytesOf, int bytesMax)
    {
        for (var start = 0; start < all.Count;)
        {
            var part = new List<T> { all[start] };
            var bytes = (long)bytesOf(all[start]);
            while (++start < all.Count && part.Count < RowsMax && bytes + bytesOf(all[start]) <= bytesMax)
            {
                part.Add(all[start]);
                bytes += bytesOf(all[start]);
            }

            yield return part;
        }
    }
}
