namespace Recs.Silo.Options;

/// <summary>Everything under <c>Recs:</c>. Every key stands in <c>appsettings.json</c> with its default and a comment.</summary>
public sealed record RecsOptions
{
    public StorageOptions Storage { get; init; } = new();

    public EventLogOptions EventLog { get; init; } = new();

    public ClusteringOptions Clustering { get; init; } = new();

    public BanditOptions Bandit { get; init; } = new();

    public NeuralOptions Neural { get; init; } = new();

    /// <summary>How types of events become rewards; the defaults count where a type is not named.</summary>
    public Dictionary<string, RewardOptions> Rewards { get; init; } = RewardOptions.Defaults();

    public FeedbackSettings Feedback { get; init; } = new();

    public LimitOptions Limits { get; init; } = new();

    public AuthOptions Auth { get; init; } = new();

    public RetrainingOptions Retraining { get; init; } = new();

    public DemoSettings Demo { get; init; } = new();
}
