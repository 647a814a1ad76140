using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recs.Cli.Bench;

/// <summary>Source-generated JSON of the reports.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(RecommendBenchReport))]
[JsonSerializable(typeof(EventsBenchReport))]
[JsonSerializable(typeof(LatencyBenchReport))]
sealed partial class BenchJson : JsonSerializerContext;
