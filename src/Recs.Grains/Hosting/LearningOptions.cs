using Recs.Storage.Folding;

namespace Recs.Grains.Hosting;

/// <summary>How feedback becomes statistics.</summary>
public sealed record LearningOptions
{
    /// <summary>How old a decision may be that takes feedback: so long it is remembered what its items have earned.</summary>
    public TimeSpan DecisionAgeMax { get; init; } = LogWindow.DecisionAge;

    /// <summary>How often a shard makes its changes durable. Longer means less writing and a longer replay.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most log rows a consumer reads at once.</summary>
    public int ReadRowsMax { get; init; } = 256;

    /// <summary>About how many bytes of log a consumer reads at once.</summary>
    public int ReadBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Arms that the linear policies keep statistics for; with 0 they do not learn.</summary>
    public int LinearArmsMax { get; init; } = 256;

    /// <summary>How the neural policies learn; null where they do not.</summary>
    public NeuralLearning? Neural { get; init; }

    /// <summary>Items kept in a viewer's history, newest first.</summary>
    public int HistoryItemsMax { get; init; } = 200;
}
