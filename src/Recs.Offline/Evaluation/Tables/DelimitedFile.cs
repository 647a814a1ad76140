using System.Globalization;
using System.Text;

using CsvHelper;
using CsvHelper.Configuration;

using ICSharpCode.SharpZipLib.GZip;

namespace Recs.Offline.Evaluation.Tables;

/// <summary>
/// Reads delimited text, plain or gzip: commas, semicolons or tabs, fields optionally in double quotes (RFC 4180). What is no such text is
/// refused with its file and line: bytes that are not UTF-8, a gzip file that is cut or damaged, carriage returns alone, quotes that are
/// never closed.
/// </summary>
public static class DelimitedFile
{
    const int FieldCharsMax = 1 << 20;
    const byte GzipFirst = 0x1F;
    const byte GzipSecond = 0x8B;

    static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>Every line with content, as trimmed fields, with its number from 1. The separator is the first line's most frequent.</summary>
    /// <param name="path">The file; gzip is recognised by its first two bytes.</param>
    /// <exception cref="EvaluationException">The file is missing, empty or not text.</exception>
    public static IEnumerable<(int Line, string[] Fields)> Read(string path) =>
        Rows(path).Select(row => (row.Line, Array.ConvertAll(row.Fields, field => field.Trim())));

    /// <summary>The same with fields as they stand in the file.</summary>
    public static IEnumerable<(int Line, string[] Fields)> Rows(string path)
    {
        if (!File.Exists(path))
        {
            throw new EvaluationException($"{path}: no such file");
        }

        using var reader = new StreamReader(Open(path), new UTF8Encoding(false, throwOnInvalidBytes: true));
        foreach (var row in Rows(path, reader))
        {
            yield return row;
        }
    }

    /// <summary>The rows of text that is at hand already.</summary>
    /// <param name="name">How messages call it.</param>
    /// <param name="text">The text.</param>
    public static IEnumerable<(int Line, string[] Fields)> Rows(string name, TextReader text)
    {
        using var checkedText = new CheckedText(name, text);
        var separator = Separators.MaxBy(candidate => checkedText.FirstLine.Count(character => character == candidate));
        using var parser = new CsvParser(checkedText, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            BadDataFound = null,
            MaxFieldSize = FieldCharsMax,
            IgnoreBlankLines = true,
        });
        var isEmpty = true;
        while (Next(name, parser) is { } fields)
        {
            if (fields.Length == 1 && string.IsNullOrWhiteSpace(fields[0]))
            {
                continue;
            }

            isEmpty = false;
            yield return (parser.RawRow - fields.Sum(field => field.Count(character => character == '\n')), fields);
        }

        if (isEmpty)
        {
            throw new EvaluationException($"{name}: the file is empty");
        }
    }

    static string[]? Next(string name, CsvParser parser)
    {
        try
        {
            return parser.Read() ? parser.Record : null;
        }
        catch (MaxFieldSizeException)
        {
            throw new EvaluationException($"{name}: line {parser.RawRow + 1}: a field is longer than {FieldCharsMax} characters");
        }
    }

    static Stream Open(string path)
    {
        var file = File.OpenRead(path);
        var isGzip = file.ReadByte() == GzipFirst && file.ReadByte() == GzipSecond;
        file.Position = 0;
        return isGzip ? new GZipInputStream(file)
            : path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? throw new EvaluationException($"{path}: not readable as gzip")
            : file;
    }
}
