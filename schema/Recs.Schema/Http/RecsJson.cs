using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recs.Schema.Http;

/// <summary>How every document is written and read: camelCase, absent instead of null, no NaN.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(ItemDocument))]
[JsonSerializable(typeof(ItemDocument[]))]
[JsonSerializable(typeof(IReadOnlyList<ItemDocument>))]
[JsonSerializable(typeof(ItemsPage))]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(UserDocument[]))]
[JsonSerializable(typeof(IReadOnlyList<UserDocument>))]
[JsonSerializable(typeof(ViewerDocument))]
[JsonSerializable(typeof(UpsertResponse))]
[JsonSerializable(typeof(RecommendRequest))]
[JsonSerializable(typeof(RecommendResponse))]
[JsonSerializable(typeof(FeedbackEvent))]
[JsonSerializable(typeof(FeedbackEvent[]))]
[JsonSerializable(typeof(IReadOnlyList<FeedbackEvent>))]
[JsonSerializable(typeof(EventsResponse))]
[JsonSerializable(typeof(EdgesResponse))]
[JsonSerializable(typeof(DecisionDocument))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(StatsResponse))]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(TokenKeysResponse))]
public sealed partial class RecsJson : JsonSerializerContext;
