using Recs.Grains.Replication;

namespace Recs.Grains.Learning;

/// <summary>
/// The owner of a share of the neural model's rows: viewer shards have their viewers' embeddings, item shards their items'. The
/// rows are stepped by the model's one learner (<see cref="INeuralShard"/>), which makes them durable with the log positions they
/// stand for; the owner keeps them, decides who has one, and tells every silo what changed.
/// </summary>
/// <remarks>
/// A session is the learner's epoch: what an earlier learner asks is answered as lost. So is everything after an owner has moved
/// or was left out of a turn; the learner then goes back to what was durable.
/// </remarks>
public interface IRowShard : IFollowedShard
{
    /// <summary>A session begins from stored pages, which come in pieces.</summary>
    /// <param name="session">Above every session before.</param>
    /// <param name="pages">Of this owner only.</param>
    /// <param name="isLast">Whether no further piece comes; until then nothing is answered.</param>
    /// <returns>False for a session that is not the latest.</returns>
    [Alias("OpenRows")]
    ValueTask<bool> OpenRows(long session, RowPages pages, bool isLast);

    /// <summary>Whether a session is the latest and was opened: an owner that has moved knows of none.</summary>
    [Alias("HasSession")]
    ValueTask<bool> HasSession(long session);

    /// <summary>Meets ids in the order of the examples and lends their rows.</summary>
    /// <param name="session">The learner's.</param>
    /// <param name="turn">One more than the last, from 1.</param>
    /// <param name="meetings">Raw meetings.</param>
    [Alias("PullRows")]
    ValueTask<LentRows> PullRows(long session, long turn, [Immutable] byte[] meetings);

    /// <summary>Takes the rows of a turn back.</summary>
    /// <returns>False when they are not expected: another session or another turn.</returns>
    [Alias("PushRows")]
    ValueTask<bool> PushRows(long session, long turn, [Immutable] byte[] rows);

    /// <summary>The pages that changed since the last call.</summary>
    /// <param name="session">The learner's.</param>
    /// <param name="unsaved">Pages of this owner that could not be stored then.</param>
    /// <returns>Null for another session.</returns>
    [Alias("TakePages")]
    ValueTask<RowPages?> TakePages(long session, [Immutable] long[] unsaved);
}
