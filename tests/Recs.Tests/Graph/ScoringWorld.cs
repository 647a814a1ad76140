using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Numerics;

namespace Recs.Tests.Graph;

/// <summary>A small random world held twice: in the serving tables and in dictionaries, with the formulas as written.</summary>
sealed class ScoringWorld : IDisposable
{
    const int Dimensions = 5;
    public const long Now = 1_000_000;
    readonly Dictionary<(int Cluster, int Row), (EdgeValue Value, float Affinity)> _edges = [];
    readonly ItemTotals[] _totals;
    readonly ItemState[] _states;
    readonly float[][] _vectors;

    public ScoringWorld(ulong seed, bool triedOnly = false)
    {
        Rng = new Rng(seed);
        Rows = 1 + Rng.NextInt(Rng.NextInt(2) == 0 ? 40 : 900);
        var clusters = 1 + Rng.NextInt(6);
        Items = new ItemTable(Rows + 5);
        Vectors = new VectorTable(Rows + 5, Dimensions);
        _totals = new ItemTotals[Rows];
        _states = new ItemState[Rows];
        _vectors = new float[Rows][];
        for (var row = 0; row < Rows; row++)
        {
            AddItem(row);
        }

        var graph = new ReadOnlyMemory<GraphEdge>[clusters];
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            graph[cluster] = Draw(cluster, triedOnly);
        }

        // Some items come after the graph was built.
        var late = Rng.NextInt(2) == 0 ? Rows : Rng.NextInt(Rows);
        Table = new EdgeTable(
            Epochs,
            [.. graph.Select(edges => (ReadOnlyMemory<GraphEdge>)edges.ToArray().Where(edge => edge.Row < late).ToArray())],
            new EdgeTableLimits { RowsMax = Rows + 5 });
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            foreach (var edge in graph[cluster].ToArray().Where(edge => edge.Row >= late))
            {
                Assert(Table.Attach(cluster, edge.Row, edge.Affinity) == AttachOutcome.Attached);
            }
        }

        foreach (var ((cluster, row), edge) in _edges)
        {
            Assert(Table.Write(cluster, row, edge.Value));
        }

        Clusters = [.. Enumerable.Range(0, clusters).Where(_ => Rng.NextInt(3) > 0)];
        var raw = Clusters.Select(_ => Rng.NextSingle() + 0.01f).ToArray();
        Weights = [.. raw.Select(weight => weight / raw.Sum())];
        User = [.. Enumerable.Range(0, Dimensions).Select(_ => (float)Rng.NextGaussian())];
        Excluded = [.. Enumerable.Range(0, Rng.NextInt(20)).Select(_ => Rng.NextInt(Rows + 10) - 2)];
        Work = new Workspace(Epochs);
    }

    public Rng Rng;

    public int Rows { get; }

    public ReaderEpochs Epochs { get; } = new();

    public EdgeTable Table { get; }

    public ItemTable Items { get; }

    public VectorTable Vectors { get; }

    public Workspace Work { get; }

    public int[] Clusters { get; }

    public float[] Weights { get; }

    public float[] User { get; }

    public int[] Excluded { get; }

    public ulong Categories { get; set; }

    public Eligibility Eligibility => new(Now, Categories, Excluded);

    public void Dispose()
    {
        Work.Dispose();
        Table.Dispose();
        Items.Dispose();
        Vectors.Dispose();
    }

    public IEnumerable<int> ActiveRows() =>
        _edges.Keys.Where(edge => Clusters.Contains(edge.Cluster)).Select(edge => edge.Row).Distinct();

    public bool IsEligible(int row) =>
        row >= 0 && row < Rows && _states[row].Available && Now < _states[row].ExpiresAt && !Excluded.Contains(row)
        && (Categories == 0 || (_states[row].Categories & Categories) != 0);

    public int MatchedMask(int row) => Enumerable.Range(0, Clusters.Length)
        .Where(active => _edges.ContainsKey((Clusters[active], row)))
        .Sum(active => 1 << active);

    /// <summary>Mean, spread and prior of a row, by the formulas, in double precision.</summary>
    public (double Score, double Mean, double Spread, double Prior) Belief(
        int row, ScoringOptions options, bool exactPrior = true)
    {
        double dot = 0;
        for (var at = 0; at < Dimensions; at++)
        {
            dot += User[at] * _vectors[row][at];
        }

        var prior = Logistic(options.PriorIntercept + (options.PriorSlope * dot));
        var matched = Enumerable.Range(0, Clusters.Length)
            .Where(active => _edges.ContainsKey((Clusters[active], row)))
            .Select(active => ((double)Weights[active], _edges[(Clusters[active], row)].Value))
            .ToList();
        if (options.Policy is PolicyKind.DiagUcb or PolicyKind.DiagTs)
        {
            return Diagonal(matched, options, prior);
        }

        if (!exactPrior)
        {
            prior = Logistic(options.PriorIntercept + (options.PriorSlope * ApproximateDot(row)));
        }

        double n = _totals[row].N;
        var eta = (_totals[row].R - (double)_totals[row].P) / (n + Items.Shrinkage);
        var l1 = options.EdgeShrinkage;
        var mean = prior + eta + matched.Sum(edge => edge.Item1 * (edge.Value.E - (edge.Value.W * eta)) / (edge.Value.D + l1));
        var variance = (1 / (n + Items.Shrinkage)) + matched.Sum(edge => edge.Item1 * edge.Item1 / (edge.Value.D + l1));
        var clipped = Math.Clamp(mean, 0.02, 0.98);
        var spread = Math.Sqrt(clipped * (1 - clipped) * variance);
        return (mean + (options.Alpha * spread), mean, spread, prior);
    }

    static (double Score, double Mean, double Spread, double Prior) Diagonal(
        List<(double Weight, EdgeValue Value)> matched, ScoringOptions options, double prior)
    {
        double mean = 0, variance = 0;
        foreach (var (weight, value) in matched)
        {
            if (value.D == 0 && options.Unexplored == UnexploredEdgePolicy.InfiniteItem
                && options.Policy == PolicyKind.DiagUcb)
            {
                variance = double.PositiveInfinity;
                continue;
            }

            mean += weight * value.B / (value.D + options.PriorPrecision);
            variance += weight * weight / (value.D + options.PriorPrecision);
        }

        var share = options.NormaliseByMatchedEdges ? Math.Max(1, matched.Count) : 1;
        var spread = Math.Sqrt(variance) / share;
        mean /= share;
        return (options.Alpha == 0 ? mean : mean + (options.Alpha * spread), mean, spread, prior);
    }

    double ApproximateDot(int row) => Clusters.Select((cluster, active) => Weights[active] *
        (_edges.TryGetValue((cluster, row), out var edge)
            ? edge.Affinity
            : _edges.Where(other => other.Key.Cluster == cluster).Select(other => other.Value.Affinity).DefaultIfEmpty(0).Min()))
        .Sum();

    void AddItem(int row)
    {
        var n = Rng.NextInt(50);
        _totals[row] = new ItemTotals(n, n * Rng.NextSingle(), n * Rng.NextSingle());
        _states[row] = new ItemState(
            Rng.NextInt(8) > 0, Rng.NextInt(6) > 0 ? long.MaxValue : Now + Rng.NextInt(3) - 1, 0, 1UL << Rng.NextInt(5));
        _vectors[row] = [.. Enumerable.Range(0, Dimensions).Select(_ => (float)Rng.NextGaussian())];
        Items.WriteState(row, _states[row]);
        Items.WriteTotals(row, _totals[row]);
        Vectors.Write(row, _vectors[row]);
    }

    GraphEdge[] Draw(int cluster, bool triedOnly)
    {
        var share = Rng.NextSingle();
        var edges = new List<GraphEdge>();
        for (var row = 0; row < Rows; row++)
        {
            if (Rng.NextSingle() < share)
            {
                var affinity = (float)Rng.NextGaussian();
                var d = triedOnly || Rng.NextInt(4) > 0 ? 0.01f + (10 * Rng.NextSingle()) : 0;
                var value = d == 0 ? default : new EdgeValue(d, d * Rng.NextSingle(), 2 * d, d * (Rng.NextSingle() - 0.5f));
                _edges[(cluster, row)] = (value, affinity);
                edges.Add(new GraphEdge(row, affinity));
            }
        }

        return [.. edges.OrderBy(_ => Rng.Next())];
    }

    static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    static void Assert(bool condition) => Xunit.Assert.True(condition);
}
