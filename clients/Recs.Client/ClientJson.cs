using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recs.Client;

/// <summary>Source-generated JSON of what only the client reads.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProblemDocument))]
sealed partial class ClientJson : JsonSerializerContext;
