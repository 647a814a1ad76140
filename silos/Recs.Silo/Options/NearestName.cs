namespace Recs.Silo.Options;

/// <summary>The known name that is closest to one that is not known, for messages.</summary>
static class NearestName
{
    const int LengthMax = 64;

    /// <summary>The name with the smallest edit distance; null when there are none.</summary>
    public static string? Of(string word, IEnumerable<string> names) => names.MinBy(name => Distance(word, name));

    /// <summary>Levenshtein's edit distance, letters of either case alike; of a long word only the beginning counts.</summary>
    public static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= Math.Min(left.Length, LengthMax); i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + change));
            }
        }

        return row[right.Length];
    }
}
