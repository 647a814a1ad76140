using Recs.Cli.Output;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Cli.Import;

/// <summary>A table with a header, read row by row; every fault names its file and line.</summary>
sealed class CsvTable : IDisposable
{
    readonly string _name;
    readonly IEnumerator<(int Line, string[] Fields)> _rows;

    CsvTable(string name, IEnumerable<(int Line, string[] Fields)> rows)
    {
        _name = name;
        _rows = rows.GetEnumerator();
        _ = Next();
        Header = [.. _rows.Current.Fields.Select(column => column.Trim())];
        if (Header.Any(column => column.Length == 0))
        {
            throw new BadInputException($"{name}: line 1: column {Header.TakeWhile(column => column.Length > 0).Count() + 1} has no name");
        }

        var repeated = Header.GroupBy(column => column, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Skip(1).Any());
        if (repeated is not null)
        {
            throw new BadInputException($"{name}: line 1: column '{repeated.Key}' is there twice");
        }
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Opens a file, plain or gzip.</summary>
    /// <exception cref="BadInputException">It cannot be read, or has no sound header.</exception>
    public static CsvTable Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"there is no file '{path}'");
        }

        try
        {
            return new CsvTable(path, DelimitedFile.Rows(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"cannot read '{path}': {fault.Message}");
        }
    }

    /// <summary>Reads text that is already at hand.</summary>
    /// <param name="name">How messages call it.</param>
    /// <param name="text">The text.</param>
    public static CsvTable Of(string name, string text) => new(name, DelimitedFile.Rows(name, new StringReader(text)));

    /// <summary>The position of a column, or -1.</summary>
    public int Find(string column)
    {
        for (var i = 0; i < Header.Count; i++)
        {
            if (string.Equals(Header[i], column, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The position of a column that must be there.</summary>
    public int Require(string column) => Find(column) is >= 0 and var found
        ? found
        : throw new BadInputException($"{_name}: line 1: there is no column '{column}'");

    /// <summary>The rows; each has as many fields as the header. Blank lines are skipped.</summary>
    public IEnumerable<CsvRow> Rows()
    {
        while (Next())
        {
            var (line, fields) = _rows.Current;
            if (fields.Length != Header.Count)
            {
                throw new BadInputException($"{_name}: line {line}: {fields.Length} fields, but the header has {Header.Count}");
            }

            yield return new CsvRow(_name, line, Header, fields);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    bool Next()
    {
        try
        {
            return _rows.MoveNext();
        }
        catch (EvaluationException fault)
        {
            throw new BadInputException(fault.Message);
        }
    }
}
