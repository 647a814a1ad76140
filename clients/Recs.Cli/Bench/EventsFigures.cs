namespace Recs.Cli.Bench;

/// <summary>What a stream of events measured.</summary>
sealed class EventsFigures
{
    /// <summary>From the start until the last answer.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Events taken.</summary>
    public long Accepted { get; set; }

    /// <summary>Events refused one by one.</summary>
    public long Rejected { get; set; }

    /// <summary>Batches answered with an error.</summary>
    public int FailedBatches { get; set; }

    /// <summary>From when a batch was due, or sent if that was later by the clock's doing, to its 202.</summary>
    public LatencySamples Acks { get; } = new();

    /// <summary>Adds another lane's.</summary>
    public void Add(EventsFigures other)
    {
        Accepted += other.Accepted;
        Rejected += other.Rejected;
        FailedBatches += other.FailedBatches;
        Acks.Add(other.Acks);
    }
}
