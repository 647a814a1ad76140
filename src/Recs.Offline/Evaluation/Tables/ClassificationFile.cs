using System.Globalization;

namespace Recs.Offline.Evaluation.Tables;

/// <summary>Reads a classification table as a bandit: each class is an arm, reward 1 for the right one.</summary>
public static class ClassificationFile
{
    const int CategoriesMax = 64;

    /// <summary>Reads a table.</summary>
    /// <param name="path">Delimited text, plain or gzip.</param>
    /// <param name="label">
    /// Name of the label column; or its number from 1, for files without a header (a header is still recognised by a name
    /// above a number).
    /// </param>
    /// <exception cref="EvaluationException">The file or the label column cannot be used.</exception>
    public static RewardTable Read(string path, string label)
    {
        var rows = DelimitedFile.Read(path).ToList();
        var labelColumn = LabelColumn(path, label, rows, out var hasHeader);
        if (hasHeader)
        {
            rows.RemoveAt(0);
        }

        var width = rows.Count > 0 ? rows[0].Fields.Length : 0;
        Check(path, rows, width, labelColumn);
        var classes = rows.Select(row => row.Fields[labelColumn]).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToArray();
        if (classes.Length < 2 || classes.Length > 1000)
        {
            throw new EvaluationException($"{path}: column '{label}' has {classes.Length} classes; 2 to 1000 can be arms");
        }

        var notes = new List<string>();
        var features = Encode(rows, width, labelColumn, notes);
        var rewards = new double[rows.Count * classes.Length];
        for (var row = 0; row < rows.Count; row++)
        {
            var arm = Array.BinarySearch(classes, rows[row].Fields[labelColumn], StringComparer.Ordinal);
            rewards[(row * classes.Length) + arm] = 1;
        }

        return new(Path.GetFileName(path), features, rewards, classes, notes);
    }

    static int LabelColumn(string path, string label, List<(int Line, string[] Fields)> rows, out bool hasHeader)
    {
        var first = rows[0].Fields;
        if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= first.Length)
        {
            hasHeader = rows.Count > 1 && first.Zip(rows[1].Fields).Any(pair =>
                !Ratings.TryNumber(pair.First, out _) && Ratings.TryNumber(pair.Second, out _));
            return number - 1;
        }

        hasHeader = true;
        var named = Array.FindIndex(first, field => string.Equals(field, label, StringComparison.OrdinalIgnoreCase));
        return named >= 0
            ? named
            : throw new EvaluationException($"{path}:1: no column '{label}'; a file without header takes the column's number from 1");
    }

    static void Check(string path, List<(int Line, string[] Fields)> rows, int width, int labelColumn)
    {
        foreach (var (line, fields) in rows)
        {
            if (fields.Length != width)
            {
                throw new EvaluationException($"{path}:{line}: expected {width} columns, found {fields.Length}");
            }

            if (Array.FindIndex(fields, IsDecimalComma) is var comma and >= 0)
            {
                throw new EvaluationException($"{path}:{line}: column {comma + 1}: '{fields[comma]}' has a decimal comma; numbers have a point");
            }

            if (fields[labelColumn].Length == 0)
            {
                throw new EvaluationException($"{path}:{line}: the label is missing");
            }
        }
    }

    static bool IsDecimalComma(string field) =>
        field.Count(character => character == ',') == 1 && Ratings.TryNumber(field.Replace(',', '.'), out _);

    static double[][] Encode(List<(int Line, string[] Fields)> rows, int width, int labelColumn, List<string> notes)
    {
        var encoded = new List<double>[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            encoded[row] = [];
        }

        var numeric = new List<int>();
        for (var column = 0; column < width; column++)
        {
            if (column == labelColumn)
            {
                continue;
            }

            var values = rows.Select(row => row.Fields[column]).ToArray();
            if (values.All(value => Ratings.IsMissing(value) || Ratings.TryNumber(value, out _)))
            {
                numeric.Add(encoded[0].Count);
                AddNumeric(encoded, values);
            }
            else
            {
                AddCategories(encoded, values, column, notes);
            }
        }

        var features = encoded.Select(row => row.ToArray()).ToArray();
        Standardisation.Apply(features, numeric);
        return features;
    }

    static void AddNumeric(List<double>[] encoded, string[] values)
    {
        var known = values.Where(value => !Ratings.IsMissing(value))
            .Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        var mean = known.Length == 0 ? 0 : known.Average();
        for (var row = 0; row < values.Length; row++)
        {
            encoded[row].Add(Ratings.TryNumber(values[row], out var value) ? value : mean);
        }
    }

    static void AddCategories(List<double>[] encoded, string[] values, int column, List<string> notes)
    {
        var counts = values.GroupBy(value => value, StringComparer.Ordinal).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToArray();
        if (counts.Length > CategoriesMax)
        {
            notes.Add($"column {column + 1} has {counts.Length} categories; the {CategoriesMax} most frequent are kept");
        }

        foreach (var category in counts.Take(CategoriesMax))
        {
            for (var row = 0; row < values.Length; row++)
            {
                encoded[row].Add(string.Equals(values[row], category, StringComparison.Ordinal) ? 1 : 0);
            }
        }
    }
}
