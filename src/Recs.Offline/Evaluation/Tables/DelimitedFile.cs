using System.IO.Compression;
using System.Text;

namespace Recs.Offline.Evaluation.Tables;

/// <summary>Reads delimited text, plain or gzip: commas, semicolons or tabs, fields optionally in double quotes.</summary>
public static class DelimitedFile
{
    static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>Every line with content, as fields, with its number from 1. The separator is the first line's most frequent.</summary>
    /// <param name="path">The file; gzip is recognised by its first two bytes.</param>
    /// <exception cref="EvaluationException">The file is missing, empty or not text.</exception>
    public static IEnumerable<(int Line, string[] Fields)> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new EvaluationException($"{path}: no such file");
        }

        using var reader = new StreamReader(Open(path), new UTF8Encoding(false, throwOnInvalidBytes: true));
        var number = 0;
        char? separator = null;
        while (NextLine(reader, path, number) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            separator ??= Separators.MaxBy(candidate => line.Count(character => character == candidate));
            yield return (number, Split(line, separator.Value));
        }

        if (separator is null)
        {
            throw new EvaluationException($"{path}: the file is empty");
        }
    }

    static string? NextLine(StreamReader reader, string path, int number)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception fault) when (fault is InvalidDataException or DecoderFallbackException)
        {
            throw new EvaluationException($"{path}: not readable as text after line {number}: {fault.Message}");
        }
    }

    static Stream Open(string path)
    {
        var file = File.OpenRead(path);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    static string[] Split(string line, char separator)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return line.Split(separator, StringSplitOptions.TrimEntries);
        }

        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var isQuote = line[i] == '"';
            if (isQuote && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (isQuote)
            {
                quoted = !quoted;
            }
            else if (line[i] == separator && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString().Trim());
        return [.. fields];
    }
}
