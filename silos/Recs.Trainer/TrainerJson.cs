using System.Text.Json;
using System.Text.Json.Serialization;
using Recs.Offline.Gates;
using Recs.Schema.Models;
using Recs.Storage.Retention;

namespace Recs.Trainer;

/// <summary>Results for machines: camelCase, indented.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelResult))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(RetentionResult))]
[JsonSerializable(typeof(GateOptions))]
[JsonSerializable(typeof(GateReport))]
sealed partial class TrainerJson : JsonSerializerContext;
