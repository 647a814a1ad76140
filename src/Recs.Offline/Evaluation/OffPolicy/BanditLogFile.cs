using System.Globalization;

using Recs.Offline.Archives;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// Reads a log with the columns <c>action, reward, propensity</c>, optionally <c>position</c>, and features <c>x_*</c>.
/// </summary>
/// <remarks>
/// Features that are all numbers are standardised, others one-hot. Actions and positions keep their text; they are ordered by
/// number where all are numbers, otherwise by text.
/// </remarks>
public static class BanditLogFile
{
    const string FeaturePrefix = "x_";

    /// <summary>Reads a file.</summary>
    /// <param name="path">Delimited text with a header, plain or gzip; or the folder of a Parquet archive.</param>
    /// <param name="uniform">
    /// Whether a file without the column <c>propensity</c> is taken as logged uniformly, 1/A; otherwise it is refused.
    /// </param>
    /// <returns>The log and the rows of the file that it holds, 0-based without the header.</returns>
    /// <exception cref="EvaluationException">The file cannot be used; the message names the line.</exception>
    public static (BanditLog Log, int[] Kept) Read(string path, bool uniform = false)
    {
        var lines = Directory.Exists(path) ? Archive(path) : DelimitedFile.Read(path).ToArray();
        var columns = new LogColumns(path, lines[0].Fields, uniform);
        var rows = lines[1..];
        foreach (var (line, fields) in rows)
        {
            if (fields.Length != lines[0].Fields.Length)
            {
                throw new EvaluationException($"{path}:{line}: expected {lines[0].Fields.Length} columns, found {fields.Length}");
            }
        }

        var features = FeatureTable.Encode(
            lines[0].Fields,
            [.. rows.Select(row => row.Fields)],
            name => name.StartsWith(FeaturePrefix, StringComparison.Ordinal));
        return new BanditLogRows(path, columns, rows).Build(features);
    }

    /// <summary>The lines of a Parquet archive, as <c>export</c> writes it.</summary>
    static (int Line, string[] Fields)[] Archive(string folder)
    {
        try
        {
            var shown = ParquetArchive.ShownAsync(folder, CancellationToken.None).GetAwaiter().GetResult();
            return
            [
                (1, ["action", "reward", "propensity", "position"]),
                .. shown.Select((row, index) => (index + 2, new[]
                {
                    row.Action,
                    row.Reward.ToString("R", CultureInfo.InvariantCulture),
                    row.Propensity.ToString("R", CultureInfo.InvariantCulture),
                    row.Position.ToString(CultureInfo.InvariantCulture),
                })),
            ];
        }
        catch (InvalidDataException fault)
        {
            throw new EvaluationException(fault.Message);
        }
    }
}
