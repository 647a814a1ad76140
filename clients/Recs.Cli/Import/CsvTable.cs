using System.IO.Compression;
using System.Text;

using Recs.Cli.Output;

namespace Recs.Cli.Import;

/// <summary>A CSV file with a header, read row by row (RFC 4180: quoted fields, doubled quotes, line breaks inside).</summary>
/// <remarks>Files that end in <c>.gz</c> are unpacked on the way. A byte order mark is skipped.</remarks>
sealed class CsvTable : IDisposable
{
    const int FieldCharsMax = 1 << 20;

    readonly string _name;
    readonly TextReader _reader;
    readonly StringBuilder _field = new();
    readonly List<string> _fields = [];
    int _line = 1;

    CsvTable(string name, TextReader reader)
    {
        _name = name;
        _reader = reader;
        if (!TryReadFields())
        {
            throw new BadInputException($"{name}: the file is empty; a header line is needed");
        }

        Header = [.. _fields.Select(column => column.Trim())];
        var repeated = Header.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any());
        if (repeated is not null)
        {
            throw new BadInputException($"{name}: line 1: column '{repeated.Key}' is there twice");
        }
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="BadInputException">It cannot be read, or has no sound header.</exception>
    public static CsvTable Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"there is no file '{path}'");
        }

        try
        {
            Stream file = File.OpenRead(path);
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                file = new GZipStream(file, CompressionMode.Decompress);
            }

            return new CsvTable(path, new StreamReader(file, Encoding.UTF8));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BadInputException($"cannot read '{path}': {fault.Message}");
        }
    }

    /// <summary>Reads text that is already at hand.</summary>
    /// <param name="name">How messages call it.</param>
    /// <param name="text">The text.</param>
    public static CsvTable Of(string name, string text) => new(name, new StringReader(text));

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
        while (true)
        {
            var line = _line;
            if (!TryReadFields())
            {
                yield break;
            }

            if (_fields is [""])
            {
                continue;
            }

            if (_fields.Count != Header.Count)
            {
                throw new BadInputException($"{_name}: line {line}: {_fields.Count} fields, but the header has {Header.Count}");
            }

            yield return new CsvRow(_name, line, Header, [.. _fields]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    bool TryReadFields()
    {
        _fields.Clear();
        _field.Clear();
        if (_reader.Peek() < 0)
        {
            return false;
        }

        while (true)
        {
            var character = _reader.Read();
            switch (character)
            {
                case '"' when _field.Length == 0:
                    ReadQuoted();
                    break;
                case ',':
                    EndField();
                    break;
                case '\r' when _reader.Peek() == '\n':
                    break;
                case '\n':
                    _line++;
                    EndField();
                    return true;
                case < 0:
                    EndField();
                    return true;
                default:
                    Append(character);
                    break;
            }
        }
    }

    void ReadQuoted()
    {
        var opened = _line;
        while (true)
        {
            var character = _reader.Read();
            switch (character)
            {
                case '"' when _reader.Peek() == '"':
                    Append(_reader.Read());
                    break;
                case '"':
                    return;
                case < 0:
                    throw new BadInputException(
                        $"{_name}: line {opened}: column {_fields.Count + 1}: the quotation mark is never closed");
                default:
                    _line += character == '\n' ? 1 : 0;
                    Append(character);
                    break;
            }
        }
    }

    void Append(int character)
    {
        if (_field.Length >= FieldCharsMax)
        {
            throw new BadInputException($"{_name}: line {_line}: column {_fields.Count + 1}: longer than {FieldCharsMax} characters");
        }

        _field.Append((char)character);
    }

    void EndField()
    {
        _fields.Add(_field.ToString());
        _field.Clear();
    }
}
