using Recs.Grains.Replication;

namespace Recs.Grains.Learning;

/// <summary>The single writer of the sums over the whole population and of the prior; its key is 0.</summary>
[Alias("Recs.IPopulationShard")]
public interface IPopulationShard : ILearningShard
{
    /// <summary>
    /// Another model serves: where the prior was fitted with it, that fit takes the place of what was learned in the
    /// space of the model before. Idempotent by the version.
    /// </summary>
    /// <param name="model">Version that serves now.</param>
    /// <param name="intercept">a, in log-odds.</param>
    /// <param name="slope">β, log-odds per unit of affinity.</param>
    /// <param name="pairs">Shown pairs behind the fit; 0 keeps what was learned.</param>
    [Alias("Rebase")]
    ValueTask Rebase(long model, double intercept, double slope, int pairs);

    /// <summary>
    /// A canary is on trial beside the active model, or is no more: the tallies of both begin anew with a trial. Idempotent
    /// by the canary.
    /// </summary>
    /// <param name="active">Version it is compared with.</param>
    /// <param name="canary">Version on trial; 0 for none.</param>
    [Alias("Trial")]
    ValueTask Trial(long active, long canary);

    /// <summary>How far the sums are: a replica that has reached this has all that they have.</summary>
    [Alias("Now")]
    ValueTask<FeedMark> Now();
}
