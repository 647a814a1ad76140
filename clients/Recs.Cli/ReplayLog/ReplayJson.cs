using System.Text.Json.Serialization;

namespace Recs.Cli.ReplayLog;

/// <summary>How the result is written.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
sealed partial class ReplayJson : JsonSerializerContext;
