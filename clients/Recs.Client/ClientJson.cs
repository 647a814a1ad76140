using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Recs.Client;

/// <summary>Source-generated JSON of what only the client reads.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(JsonObject))]
sealed partial class ClientJson : JsonSerializerContext;
