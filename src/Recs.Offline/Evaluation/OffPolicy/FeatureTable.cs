using System.Globalization;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Turns columns of text into a dense context: numbers standardised, everything else one-hot.</summary>
static class FeatureTable
{
    const int CategoriesMax = 64;

    /// <summary>Encodes the chosen columns. O(rows · columns).</summary>
    /// <param name="header">Column names.</param>
    /// <param name="rows">Shape [rows][columns].</param>
    /// <param name="isFeature">Which columns, by name.</param>
    /// <param name="standardise">Whether numbers are brought to mean 0 and deviation 1; otherwise they stay as they are.</param>
    /// <returns>Shape [rows][D]; missing numbers are the mean, of more than 64 categories the most frequent are kept.</returns>
    public static double[][] Encode(
        string[] header, IReadOnlyList<string[]> rows, Func<string, bool> isFeature, bool standardise = true)
    {
        var features = new List<double>[rows.Count];
        for (var row = 0; row < features.Length; row++)
        {
            features[row] = [];
        }

        var numeric = new List<int>();
        for (var column = 0; column < header.Length && rows.Count > 0; column++)
        {
            if (!isFeature(header[column]))
            {
                continue;
            }

            var values = rows.Select(row => row[column]).ToArray();
            if (values.All(value => Ratings.IsMissing(value) || Ratings.TryNumber(value, out _)))
            {
                numeric.Add(features[0].Count);
                AddNumbers(features, values);
            }
            else
            {
                AddCategories(features, values);
            }
        }

        double[][] table = [.. features.Select(row => row.ToArray())];
        if (standardise)
        {
            Standardisation.Apply(table, numeric);
        }

        return table;
    }

    static void AddNumbers(List<double>[] features, string[] values)
    {
        var known = values.Where(value => !Ratings.IsMissing(value))
            .Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        var mean = known.Length == 0 ? 0 : known.Average();
        for (var row = 0; row < values.Length; row++)
        {
            features[row].Add(Ratings.TryNumber(values[row], out var value) ? value : mean);
        }
    }

    static void AddCategories(List<double>[] features, string[] values)
    {
        var categories = values.CountBy(value => value, StringComparer.Ordinal)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(CategoriesMax).Select((pair, index) => (pair.Key, index)).ToDictionary(StringComparer.Ordinal);
        for (var row = 0; row < values.Length; row++)
        {
            var own = categories.GetValueOrDefault(values[row], -1);
            for (var index = 0; index < categories.Count; index++)
            {
                features[row].Add(index == own ? 1 : 0);
            }
        }
    }
}
