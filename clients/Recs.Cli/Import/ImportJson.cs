using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recs.Cli.Import;

/// <summary>Source-generated JSON of the report.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(ImportReport))]
sealed partial class ImportJson : JsonSerializerContext;
