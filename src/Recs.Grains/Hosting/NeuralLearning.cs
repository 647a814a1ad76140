using Recs.Neural.Online;

namespace Recs.Grains.Hosting;

/// <summary>How the neural model learns and is published.</summary>
public sealed record NeuralLearning
{
    /// <summary>Sizes, rates and limits.</summary>
    public OnlineOptions Model { get; init; } = new();

    /// <summary>How often the rows that changed travel to every silo.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the dense weights do; no shorter than the rows'.</summary>
    public TimeSpan TrunkInterval { get; init; } = TimeSpan.FromSeconds(1);
}
