namespace Recs.Schema.Messages;

/// <summary>What a block of log rows adds to the statistics of the whole population.</summary>
[GenerateSerializer]
[Alias("Recs.PopulationUpdate")]
[Immutable]
public sealed record PopulationUpdate
{
    /// <summary>Events in the block, repeats included.</summary>
    [Id(0)]
    public required long Events { get; init; }

    /// <summary>Events that were repeats and did not count.</summary>
    [Id(1)]
    public required long Repeats { get; init; }

    /// <summary>Sums per policy.</summary>
    [Id(2)]
    public required PolicySum[] Policies { get; init; }

    /// <summary>Raw <see cref="PriorSample"/>s in log order.</summary>
    [Id(3)]
    public required byte[] PriorSamples { get; init; }
}
