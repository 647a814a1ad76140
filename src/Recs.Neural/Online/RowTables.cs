using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// The tables of a model. Numbers of a row: of a viewer and a cluster E of the embedding and what the optimiser keeps
/// (<see cref="RowStep"/>); of an item these, its impressions and Σ(r − π); of an edge Σ w², Σ w and Σ w·(r − π).
/// </summary>
static class RowTables
{
    const float ClusterSpread = 0.3f;
    const int CountersMin = 1 << 10;
    const int CountersMax = 1 << 16;
    const int DaysCounted = 7;
    const uint DaySeconds = 86_400;

    /// <summary>Floats of a row.</summary>
    public static int Width(OnlineOptions options, TableKind kind) => kind switch
    {
        TableKind.Items => SumsAt(options) + 2,
        TableKind.Edges => EdgeSums.Width,
        _ => SumsAt(options),
    };

    /// <summary>Where an item's sums begin: behind embedding and state.</summary>
    public static int SumsAt(OnlineOptions options) => options.Width + RowStep.StateLength(options.RowOptimizer, options.Width);

    /// <summary>An empty table for one of several shards of the ids.</summary>
    public static EmbeddingTable New(OnlineOptions options, TableKind kind, int shards) =>
        new(Shape(options, kind, shards), Admission(options, kind, shards));

    /// <summary>A table from its stored pages; see <see cref="EmbeddingTable.FromPages"/>.</summary>
    public static EmbeddingTable Restored(
        OnlineOptions options, TableKind kind, int shards, ReadOnlySpan<byte> head, IEnumerable<(int Page, ReadOnlyMemory<byte> Payload)> pages) =>
        EmbeddingTable.FromPages(head, pages, Shape(options, kind, shards), Admission(options, kind, shards));

    static EmbeddingTableOptions Shape(OnlineOptions options, TableKind kind, int shards) => kind switch
    {
        TableKind.Viewers => new(Width(options, kind), Share(options.ViewersMax, shards)) { Drawn = 0 },
        TableKind.Items => new(Width(options, kind), Share(options.ItemsMax, shards))
        {
            Drawn = NetworkInput.MatchAt(options.Width),
            Spread = options.ItemSpread,
            Seed = ~options.Seed,
        },
        TableKind.Clusters => new(Width(options, kind), options.ClustersMax) { Drawn = options.Width, Spread = ClusterSpread, Seed = options.Seed },
        _ => new(Width(options, kind), Share(options.EdgesMax, shards)) { Drawn = 0 },
    };

    static IAdmission Admission(OnlineOptions options, TableKind kind, int shards) => kind is not TableKind.Viewers
        ? new OpenAdmission()
        : options.Admission switch
        {
            AdmissionKind.Counted => new CountedAdmission(options.AdmitAfter, Counters(shards)),
            AdmissionKind.Probabilistic => new ProbabilisticAdmission(options.AdmitAfter, options.Seed),
            _ => new OpenAdmission(),
        };

    static SlidingCounters Counters(int shards) =>
        new((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(CountersMin, CountersMax / shards)), DaysCounted, DaySeconds);

    static int Share(int rows, int shards) => Math.Max(1, (rows + shards - 1) / shards);
}
