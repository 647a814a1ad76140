using System.CommandLine;
using Recs.Offline;
using Recs.Offline.Embeddings;

namespace Recs.Trainer;

/// <summary>The settings of a training as options; what is not given keeps its default, shapes the parent's.</summary>
sealed class TrainingOptions
{
    const string Als = "als";
    const string TwoTower = "two-tower";

    static readonly RetrainOptions Default = new();

    readonly Option<ulong?> _seed = Numbers.Optional<ulong>("--seed", $"Seed of everything that is drawn. Default: {Default.Seed}.", 0, ulong.MaxValue);
    readonly Option<int?> _dims = Numbers.Optional("--dims", "Length of vectors. Default: the parent's, else 64.", 1, 1024);
    readonly Option<int?> _clusters = Numbers.Optional("--clusters", "Viewer clusters. Default: the parent's, else 256.", 1, 1_000_000);
    readonly Option<int?> _buckets = Numbers.Optional("--buckets", "Hashed content features. Default: the parent's, else 256.", 0, 4096);
    readonly Option<int?> _edges = Numbers.Optional("--edges", $"Best items per cluster. Default: {Default.EdgesPerCluster}.", 1, 100_000);
    readonly Option<double?> _categoryShare = Numbers.Optional(
        "--category-share", "Most of a cluster's best items that may be of one category. Default: 1, no quota.", 0.001, 1.0);

    readonly Option<int?> _attach = Numbers.Optional("--attach", $"Clusters that reach every item. Default: {Default.AttachClusters}.", 1, 64);
    readonly Option<int?> _freshEdges = Numbers.Optional("--fresh-edges", $"Fresh items per cluster. Default: {Default.FreshEdges}.", 0, 100_000);
    readonly Option<double?> _freshDays = Numbers.Optional("--fresh-days", "Age up to which an item is fresh. Default: 7.", 0.0, 3650.0);
    readonly Option<string?> _embeddings = new("--embeddings")
    {
        Description = "How vectors are learned: als or two-tower. Default: als.",
    };

    readonly Option<int?> _epochs = Numbers.Optional(
        "--epochs", $"Passes over the pairs. Default: {Default.Epochs} of ALS, {Default.Towers.Epochs} of the two towers.", 1, 1000);
    readonly Option<float?> _alpha = Numbers.Optional("--alpha", $"Confidence of a reward. Default: {Default.Alpha}.", 0f, 1e6f);
    readonly Option<float?> _ridge = Numbers.Optional("--ridge", $"Ridge of ALS. Default: {Default.Ridge}.", 1e-6f, 1e6f);
    readonly Option<int?> _rewardedMin = Numbers.Optional(
        "--rewarded-min", $"Rewarded pairs below which vectors come from content alone. Default: {Default.RewardedMin}.", 1, int.MaxValue);
    readonly Option<int?> _threads = Numbers.Optional("--threads", "Threads. Default: one per processor.", 1, 1024);
    readonly Option<double?> _days = Numbers.Optional("--days", "Days of the log that count. Default: all.", 0.01, 36500.0);

    /// <summary>How much of the log counts; null for all.</summary>
    public TimeSpan? Window(ParseResult parsed) =>
        parsed.GetValue(_days) is { } days ? TimeSpan.FromDays(days) : null;

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _seed, _dims, _clusters, _buckets, _edges, _categoryShare, _attach, _freshEdges, _freshDays, _embeddings, _epochs, _alpha, _ridge,
            _rewardedMin, _threads, _days,
        ];
        _embeddings.AcceptOnlyFromAmong(Als, TwoTower);
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    public RetrainOptions Read(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(_seed) ?? Default.Seed,
        Dims = parsed.GetValue(_dims),
        Clusters = parsed.GetValue(_clusters),
        Buckets = parsed.GetValue(_buckets),
        EdgesPerCluster = parsed.GetValue(_edges) ?? Default.EdgesPerCluster,
        CategoryShareMax = parsed.GetValue(_categoryShare) ?? Default.CategoryShareMax,
        AttachClusters = parsed.GetValue(_attach) ?? Default.AttachClusters,
        FreshEdges = parsed.GetValue(_freshEdges) ?? Default.FreshEdges,
        FreshFor = parsed.GetValue(_freshDays) is { } days ? TimeSpan.FromDays(days) : Default.FreshFor,
        Embeddings = parsed.GetValue(_embeddings) == TwoTower ? EmbeddingKind.TwoTower : Default.Embeddings,
        Epochs = parsed.GetValue(_epochs) ?? Default.Epochs,
        Towers = parsed.GetValue(_epochs) is { } passes ? Default.Towers with { Epochs = passes } : Default.Towers,
        Alpha = parsed.GetValue(_alpha) ?? Default.Alpha,
        Ridge = parsed.GetValue(_ridge) ?? Default.Ridge,
        RewardedMin = parsed.GetValue(_rewardedMin) ?? Default.RewardedMin,
        Threads = parsed.GetValue(_threads) ?? Default.Threads,
    };
}
