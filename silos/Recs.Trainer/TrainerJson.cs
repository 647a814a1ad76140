using System.Text.Json;
using System.Text.Json.Serialization;
using Recs.Storage.Retention;

namespace Recs.Trainer;

/// <summary>Results for machines: camelCase, indented.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelResult))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(RetentionResult))]
sealed partial class TrainerJson : JsonSerializerContext;
