namespace Recs.Cli.ReplayLog;

/// <summary>What a replay found.</summary>
/// <param name="Events">Events that the log has held, those that the base stands for included.</param>
/// <param name="Repeats">Events that were repeats and do not count.</param>
/// <param name="AfterSnapshot">Events newer than the snapshot of some shard: a silo adds them when it starts.</param>
/// <param name="Edges">Edges compared.</param>
/// <param name="Items">Items compared.</param>
/// <param name="Earlier">Of them, those met before watches were summed: what they were watched is not compared.</param>
/// <param name="Differences">Edges and items whose stored sums are not the log's.</param>
/// <param name="First">The first of them.</param>
/// <param name="Base">What the oldest rows were taken from; null when the whole log was replayed.</param>
sealed record ReplayReport(
    long Events,
    long Repeats,
    long AfterSnapshot,
    int Edges,
    int Items,
    int Earlier,
    int Differences,
    IReadOnlyList<string> First,
    ReplayBase? Base);
