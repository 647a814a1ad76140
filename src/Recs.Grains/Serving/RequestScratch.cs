using Recs.Matching.Graph;
using Recs.Matching.Slates;
using Recs.Schema.Decisions;

namespace Recs.Grains.Serving;

/// <summary>Buffers of one request, rented so that a warm request allocates little.</summary>
sealed class RequestScratch(ReaderEpochs epochs) : IDisposable
{
    readonly HashSet<int> _excluded = [];

    /// <summary>Most candidates of one layer.</summary>
    public const int CandidatesMax = 4096;

    /// <summary>Most candidates that an index names.</summary>
    public const int NearMax = 128;

    /// <summary>Scoring scratch.</summary>
    public Workspace Work { get; } = new(epochs);

    /// <summary>Candidates of the bandit layer.</summary>
    public Candidate[] Bandit { get; } = new Candidate[CandidatesMax];

    /// <summary>Candidates of the nearest items, or of the caller's list.</summary>
    public Candidate[] Nearest { get; } = new Candidate[CandidatesMax];

    /// <summary>Candidates of the population's favourites.</summary>
    public Candidate[] Popular { get; } = new Candidate[CandidatesMax];

    /// <summary>Candidates of the fresh items.</summary>
    public Candidate[] Fresh { get; } = new Candidate[NearMax];

    /// <summary>Rows of an index's answer.</summary>
    public int[] Found { get; } = new int[NearMax];

    /// <summary>Rows of a filter.</summary>
    public HashSet<int> Rows { get; } = [];

    /// <summary>The excluded rows as a set of its own until the next request; O(rows).</summary>
    public HashSet<int> ExcludedRows(ReadOnlySpan<int> rows)
    {
        _excluded.Clear();
        foreach (var row in rows)
        {
            _ = _excluded.Add(row);
        }

        return _excluded;
    }

    /// <summary>Buffers of the neural model; null before this scratch has ranked by it.</summary>
    public NeuralScratch? Neural { get; set; }

    /// <summary>The slate.</summary>
    public SlateItem[] Slate { get; } = new SlateItem[Decision.ItemsMax];

    /// <summary>Active clusters, local to the graph.</summary>
    public int[] Clusters { get; } = new int[Decision.ClustersMax];

    /// <summary>Their quantised weights.</summary>
    public ushort[] Quantised { get; } = new ushort[Decision.ClustersMax];

    /// <summary>Their weights.</summary>
    public float[] Weights { get; } = new float[Decision.ClustersMax];

    /// <inheritdoc/>
    public void Dispose()
    {
        Work.Dispose();
        Neural?.Dispose();
    }
}
