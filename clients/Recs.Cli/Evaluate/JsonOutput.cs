using System.Text.Json;
using System.Text.Json.Nodes;

namespace Recs.Cli.Evaluate;

/// <summary>Whether and where a result is wanted as JSON.</summary>
/// <param name="IsJson">Whether JSON is wanted at all.</param>
/// <param name="Path">The file; null prints.</param>
sealed record JsonOutput(bool IsJson, string? Path)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes a document.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(JsonObject document)
    {
        var text = document.ToJsonString(Indented);
        if (Path is null)
        {
            Console.WriteLine(text);
        }
        else
        {
            File.WriteAllText(Path, text + "\n");
        }
    }

    /// <summary>A number, null where it is none: JSON knows no NaN.</summary>
    public static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
