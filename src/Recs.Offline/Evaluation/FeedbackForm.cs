namespace Recs.Offline.Evaluation;

/// <summary>When the two halves of feedback, the impression and the reward, reach the statistics.</summary>
public enum FeedbackForm
{
    /// <summary>Parameters are refreshed every <c>delay</c> events; each refresh brings impressions and rewards together.</summary>
    Together,

    /// <summary>Each event's impression and reward arrive together, <c>delay</c> decisions after its own.</summary>
    Lagged,

    /// <summary>An impression counts at once everywhere, its reward arrives later: outstanding impressions pull the mean down.</summary>
    Simple,

    /// <summary>An impression narrows the interval at once but enters the mean only with its reward.</summary>
    Settled,

    /// <summary>
    /// Rewards above 0 come after random times of mean <c>delay</c>, a reward of 0 never; impressions count at once
    /// everywhere. What the platform does.
    /// </summary>
    Scattered,

    /// <summary>
    /// Rewards come as in <see cref="Scattered"/>; an impression enters the mean when its reward comes or when the
    /// attribution window of five mean delays has passed.
    /// </summary>
    Attributed,
}
