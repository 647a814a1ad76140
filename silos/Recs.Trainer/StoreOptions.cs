using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Recs.Storage;

namespace Recs.Trainer;

/// <summary>The options of every command, and what they open and write.</summary>
static class StoreOptions
{
    public static readonly Option<string> Storage = new("--storage")
    {
        Description = "The data folder or the connection string of PostgreSQL; silos may be running on it. Default: ./data.",
        HelpName = "PATH",
        DefaultValueFactory = _ => "data",
    };

    public static readonly Option<string?> Log = new("--log")
    {
        Description = "Where the event log is if not in the storage: kafka://HOST:PORT/TOPIC[?setting=value&...].",
        HelpName = "ADDRESS",
    };

    public static readonly Option<string?> Json = new("--json")
    {
        Description = "Also write the result as JSON to this file.",
        HelpName = "FILE",
        CustomParser = result =>
        {
            var path = result.Tokens[0].Value;
            if (path.Length == 0 || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            {
                result.AddError($"--json: cannot write '{path}': no such folder, or not a file");
            }

            return path;
        },
    };

    /// <summary>Opens the store for training: reading, adding and activating models, and retention.</summary>
    public static Task<IStore> OpenAsync(ParseResult parsed, TimeProvider time, CancellationToken cancel) =>
        StoreAddress.OpenAsync(parsed.GetRequiredValue(Storage), parsed.GetValue(Log), StorageAccess.Trainer, time, cancel);

    /// <summary>Writes a result, if a file was asked for.</summary>
    public static void Write<T>(ParseResult parsed, T result, JsonTypeInfo<T> type)
    {
        if (parsed.GetValue(Json) is not { } path)
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
