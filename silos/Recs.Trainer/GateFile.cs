using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Recs.Offline.Gates;

namespace Recs.Trainer;

/// <summary><c>--gates FILE</c>: bounds of the gates as JSON; what it does not name keeps its default.</summary>
static class GateFile
{
    public static readonly Option<string?> Option = new("--gates")
    {
        Description = "Bounds between a model and serving, as JSON, for example {\"logAgeDaysMax\": 30}. Default: the defaults.",
        HelpName = "FILE",
    };

    static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The bounds.</summary>
    /// <exception cref="BadInputException">The file cannot be read, or has an unknown name or a bound out of its range.</exception>
    public static GateOptions Read(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not { } path)
        {
            return new();
        }

        try
        {
            var bounds = Merged(JsonNode.Parse(File.ReadAllText(path), null, WithComments) as JsonObject
                ?? throw new BadInputException($"--gates: '{path}' is not an object of bounds"));
            return bounds.Fault() is { } fault ? throw new BadInputException($"--gates: '{path}': {fault}") : bounds;
        }
        catch (JsonException fault)
        {
            throw new BadInputException($"--gates: '{path}': {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--gates: cannot read '{path}': {fault.Message}");
        }
    }

    /// <summary>The defaults with given bounds over them: what is read leaves no property at its initial value.</summary>
    static GateOptions Merged(JsonObject given)
    {
        var merged = JsonSerializer.SerializeToNode(new GateOptions(), TrainerJson.Default.GateOptions)!.AsObject();
        foreach (var (name, value) in given)
        {
            merged[name] = value?.DeepClone();
        }

        return merged.Deserialize(TrainerJson.Default.GateOptions)!;
    }
}
