namespace Recs.Offline.Evaluation.Tables;

/// <summary>Brings every column of a context to mean 0 and standard deviation 1.</summary>
static class Standardisation
{
    /// <summary>Changes <paramref name="rows"/> in place; a column without variance becomes 0.</summary>
    /// <param name="rows">Shape [rows][D].</param>
    /// <param name="columns">The columns to change.</param>
    public static void Apply(double[][] rows, IEnumerable<int> columns)
    {
        foreach (var column in columns)
        {
            var mean = rows.Average(row => row[column]);
            var deviation = Math.Sqrt(rows.Average(row => (row[column] - mean) * (row[column] - mean)));
            var scale = deviation > 1e-12 ? 1 / deviation : 0;
            foreach (var row in rows)
            {
                row[column] = (row[column] - mean) * scale;
            }
        }
    }
}
