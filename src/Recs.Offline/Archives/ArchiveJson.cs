using System.Text.Json.Serialization;

namespace Recs.Offline.Archives;

/// <summary>How an archive's contents and attributes are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ArchiveContents))]
[JsonSerializable(typeof(string[][]))]
sealed partial class ArchiveJson : JsonSerializerContext;
