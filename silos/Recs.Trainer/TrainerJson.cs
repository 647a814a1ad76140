using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recs.Trainer;

/// <summary>Results for machines: camelCase, indented.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelResult))]
[JsonSerializable(typeof(ModelList))]
sealed partial class TrainerJson : JsonSerializerContext;
