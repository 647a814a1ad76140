namespace Recs.Matching.Slates;

/// <summary>
/// What each layer nominates for one request, in the order in which the layers are consulted. A layer may repeat an
/// item of another, never one of its own. A caller whose bandit layer has at least as many candidates as the slate
/// has positions can leave the layers after it empty: they would not be consulted.
/// </summary>
public ref struct SlateNominations
{
    /// <summary>Scored edges of the viewer's active clusters; or what several layers nominate, ranked together, each with its own source.</summary>
    public Span<Candidate> Bandit { get; set; }

    /// <summary>Items left out that were tied with those of <see cref="Candidate.IsTied"/> in <see cref="Bandit"/>.</summary>
    public int BanditTiedOut { get; set; }

    /// <summary>The same of <see cref="Candidates"/>.</summary>
    public int CandidatesTiedOut { get; set; }

    /// <summary>The caller's own list, or the nearest items by inner product.</summary>
    public Span<Candidate> Candidates { get; set; }

    /// <summary>Young items; besides their turn here, <see cref="SlatePolicy.FreshShare"/> can give them any position.</summary>
    public Span<Candidate> Fresh { get; set; }

    /// <summary>The neural scorer's nominations.</summary>
    public Span<Candidate> Neural { get; set; }

    /// <summary>The population's favourites.</summary>
    public Span<Candidate> Popular { get; set; }

    internal readonly int TiedOut(Layer layer) => layer switch
    {
        Layer.Bandit => BanditTiedOut,
        Layer.Candidates => CandidatesTiedOut,
        _ => 0,
    };

    internal readonly Span<Candidate> this[Layer layer] => layer switch
    {
        Layer.Bandit => Bandit,
        Layer.Candidates => Candidates,
        Layer.Fresh => Fresh,
        Layer.Neural => Neural,
        _ => Popular,
    };
}
