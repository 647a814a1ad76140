using Recs.Schema.Http;
using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>What must hold of an event whatever it refers to.</summary>
sealed class EventShape(RecsOptions settings)
{
    const int AgeMaxYears = 100;

    /// <summary>The reason to refuse an event; null when there is none.</summary>
    public (string Code, string Detail)? Refusal(FeedbackEvent sent, DateTimeOffset now) => sent switch
    {
        { DecisionId: null, UserId: null } => ("user-required", "userId: events without a decision need one."),
        { At: { } at } when at > now.AddSeconds(settings.Limits.ClockSkewSeconds) => ("clock-future", "at: lies in the future."),
        { At: { } at } when at < now.AddYears(-AgeMaxYears) => ("too-old", "at: lies more than a century back."),
        _ => null,
    };
}
