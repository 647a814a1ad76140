namespace Recs.Grains.Learning;

/// <summary>Rows of the neural model that an owner lends the learner for a turn. Owned by whoever receives it.</summary>
/// <param name="IsLost">The owner is not in that session or turn: it lends nothing.</param>
/// <param name="Offsets">Raw int32 offsets into the rows in floats, or −1, one for each meeting.</param>
/// <param name="Rows">Raw floats.</param>
[GenerateSerializer]
[Alias("Recs.LentRows")]
[Immutable]
public sealed record LentRows(
    [property: Id(0)] bool IsLost,
    [property: Id(1)] byte[] Offsets,
    [property: Id(2)] byte[] Rows)
{
    /// <summary>Nothing lent.</summary>
    public static LentRows Lost { get; } = new(true, [], []);
}
