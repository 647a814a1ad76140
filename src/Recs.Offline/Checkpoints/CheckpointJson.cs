using System.Text.Json.Serialization;

namespace Recs.Offline.Checkpoints;

/// <summary>How a plan is written.</summary>
[JsonSerializable(typeof(TrainingPlan))]
sealed partial class CheckpointJson : JsonSerializerContext;
