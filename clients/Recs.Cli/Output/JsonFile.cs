using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Recs.Cli.Output;

/// <summary>Results for machines.</summary>
static class JsonFile
{
    /// <summary>Writes a result, if a file was asked for.</summary>
    /// <exception cref="BadInputException">The file cannot be written.</exception>
    public static void Write<T>(string? path, T result, JsonTypeInfo<T> type)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(result, type) + "\n");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--json: cannot write '{path}': {fault.Message}");
        }
    }
}
