using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Reads a target policy's distributions: a column <c>pi_ACTION</c> for every action, a row for every row of the log.</summary>
public static class TargetPolicyFile
{
    const string Prefix = "pi_";

    /// <summary>Reads a file.</summary>
    /// <param name="path">Delimited text with a header, plain or gzip; other columns are ignored.</param>
    /// <param name="log">
    /// The log. Actions of the file that it never shows are added to it: they are support it lacks.
    /// </param>
    /// <param name="kept">Which rows of the log's file the log holds.</param>
    /// <returns>The target, and the log with the added actions.</returns>
    /// <exception cref="EvaluationException">Columns or rows do not match the log, or a row is not a distribution.</exception>
    public static (TargetPolicy Target, BanditLog Log) Read(string path, BanditLog log, int[] kept)
    {
        var lines = DelimitedFile.Read(path).ToArray();
        var header = lines[0].Fields;
        var columns = header.Select((name, column) => (Name: name, Column: column))
            .Where(entry => entry.Name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name[Prefix.Length..], entry => entry.Column, StringComparer.Ordinal);
        if (columns.Count == 0)
        {
            throw new EvaluationException($"{path}:1: no columns such as '{Prefix}{log.Actions[0]}'");
        }

        string[] actions = [.. log.Actions.Union(columns.Keys, StringComparer.Ordinal)];
        var rows = log.RowCount + log.Dropped.Sum(drop => drop.Count);
        if (lines.Length - 1 != rows)
        {
            throw new EvaluationException($"{path}: {lines.Length - 1} rows where the log has {rows}: one is needed for every row");
        }

        var distributions = kept.Select(row => Distribution(path, lines[row + 1], actions, columns)).ToArray();
        return (TargetPolicy.PerRow(path, distributions), log with { Actions = actions });
    }

    static double[] Distribution(
        string path, (int Line, string[] Fields) row, string[] actions, Dictionary<string, int> columns)
    {
        var distribution = new double[actions.Length];
        for (var action = 0; action < actions.Length; action++)
        {
            if (columns.TryGetValue(actions[action], out var column))
            {
                distribution[action] = column < row.Fields.Length && Ratings.TryNumber(row.Fields[column], out var value)
                    ? value
                    : throw new EvaluationException($"{path}:{row.Line}: no probability for '{actions[action]}'");
            }
        }

        return distribution;
    }
}
