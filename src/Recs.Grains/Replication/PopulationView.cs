using Recs.Schema.Messages;

namespace Recs.Grains.Replication;

/// <summary>What the population's shard knew at one moment.</summary>
/// <param name="Sums">Sums over everything.</param>
/// <param name="Models">The models served of late, the last one rebased last; one at least.</param>
/// <param name="Canary">Version on trial; 0 without one.</param>
/// <param name="TrialStart">When the last trial began, seconds since 1970; decisions from before are not in its tallies.</param>
public sealed record PopulationView(PopulationSums Sums, IReadOnlyList<ModelTally> Models, long Canary, long TrialStart)
{
    /// <summary>The tally of a model; null for one that has not been served of late.</summary>
    public ModelTally? Tally(long version)
    {
        for (var at = Models.Count - 1; at >= 0; at--)
        {
            if (Models[at].Version == version)
            {
                return Models[at];
            }
        }

        return null;
    }

    /// <summary>The prior to score a model's affinities by; the last model's for one the shard has not been told of yet.</summary>
    public Prior PriorOf(long version) => Tally(version)?.Prior ?? Models[^1].Prior;
}
