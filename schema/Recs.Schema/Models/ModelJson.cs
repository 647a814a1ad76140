using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recs.Schema.Models;

/// <summary>Manifests as JSON: camelCase, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelManifest))]
public sealed partial class ModelJson : JsonSerializerContext
{
    /// <summary>Writes a manifest.</summary>
    public static string Write(ModelManifest manifest) => JsonSerializer.Serialize(manifest, Default.ModelManifest);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static ModelManifest Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.ModelManifest)
                ?? throw new InvalidDataException("a model's manifest is empty");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"a model's manifest cannot be read: {fault.Message}", fault);
        }
    }
}
