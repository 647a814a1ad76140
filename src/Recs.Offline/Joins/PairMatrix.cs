namespace Recs.Offline.Joins;

/// <summary>A sparse matrix by rows: viewers by items, or items by viewers.</summary>
/// <param name="Starts">Entries of row i are Starts[i] to Starts[i + 1], shape [rows + 1].</param>
/// <param name="Columns">Column of each entry, strictly ascending within a row, shape [entries].</param>
/// <param name="Values">Reward of each entry in [0, 1], shape [entries].</param>
/// <param name="Width">Number of columns.</param>
public sealed record PairMatrix(int[] Starts, int[] Columns, float[] Values, int Width)
{
    /// <summary>Number of rows.</summary>
    public int Rows => Starts.Length - 1;

    /// <summary>Number of entries.</summary>
    public int Count => Columns.Length;

    /// <summary>Columns of one row.</summary>
    public ReadOnlySpan<int> ColumnsOf(int row) => Columns.AsSpan(Starts[row]..Starts[row + 1]);

    /// <summary>Values of one row, same order.</summary>
    public ReadOnlySpan<float> ValuesOf(int row) => Values.AsSpan(Starts[row]..Starts[row + 1]);

    /// <summary>The same rows with only the entries above 0.</summary>
    public PairMatrix Rewarded()
    {
        var starts = new int[Starts.Length];
        for (var row = 0; row < Rows; row++)
        {
            var count = 0;
            foreach (var value in ValuesOf(row))
            {
                count += value > 0 ? 1 : 0;
            }

            starts[row + 1] = starts[row] + count;
        }

        var columns = new int[starts[^1]];
        var values = new float[starts[^1]];
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (Values[i] > 0)
            {
                (columns[kept], values[kept]) = (Columns[i], Values[i]);
                kept++;
            }
        }

        return new(starts, columns, values, Width);
    }

    /// <summary>Columns become rows.</summary>
    public PairMatrix Transpose()
    {
        var starts = new int[Width + 1];
        foreach (var column in Columns)
        {
            starts[column + 1]++;
        }

        for (var column = 0; column < Width; column++)
        {
            starts[column + 1] += starts[column];
        }

        var columns = new int[Count];
        var values = new float[Count];
        var next = starts.AsSpan().ToArray();
        for (var row = 0; row < Rows; row++)
        {
            for (var i = Starts[row]; i < Starts[row + 1]; i++)
            {
                var at = next[Columns[i]]++;
                (columns[at], values[at]) = (row, Values[i]);
            }
        }

        return new(starts, columns, values, Rows);
    }
}
