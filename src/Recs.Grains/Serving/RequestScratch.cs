using Recs.Matching.Graph;
using Recs.Matching.Slates;
using Recs.Schema.Decisions;

namespace Recs.Grains.Serving;

/// <summary>Buffers of one request, rented so that a warm request allocates little.</summary>
sealed class RequestScratch(ReaderEpochs epochs) : IDisposable
{
    /// <summary>Most candidates of one layer.</summary>
    public const int CandidatesMax = 4096;

    /// <summary>Scoring scratch.</summary>
    public Workspace Work { get; } = new(epochs);

    /// <summary>Candidates of the bandit layer.</summary>
    public Candidate[] Bandit { get; } = new Candidate[CandidatesMax];

    /// <summary>Candidates of the nearest items, or of the caller's list.</summary>
    public Candidate[] Nearest { get; } = new Candidate[CandidatesMax];

    /// <summary>Candidates of the population's favourites.</summary>
    public Candidate[] Popular { get; } = new Candidate[CandidatesMax];

    /// <summary>The slate.</summary>
    public SlateItem[] Slate { get; } = new SlateItem[Decision.ItemsMax];

    /// <summary>Active clusters, local to the graph.</summary>
    public int[] Clusters { get; } = new int[Decision.ClustersMax];

    /// <summary>Their quantised weights.</summary>
    public ushort[] Quantised { get; } = new ushort[Decision.ClustersMax];

    /// <summary>Their weights.</summary>
    public float[] Weights { get; } = new float[Decision.ClustersMax];

    /// <inheritdoc/>
    public void Dispose() => Work.Dispose();
}
