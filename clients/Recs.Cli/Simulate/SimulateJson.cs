using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recs.Cli.Simulate;

/// <summary>Source-generated JSON of the report.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(SimulateReport))]
sealed partial class SimulateJson : JsonSerializerContext;
