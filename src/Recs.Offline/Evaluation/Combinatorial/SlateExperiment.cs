using Recs.Neural.Combinatorial;

namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>Compares slate policies on the same arms and noise.</summary>
/// <param name="settings">The experiment.</param>
/// <param name="time">The clock of the durations; no figure depends on it.</param>
public sealed class SlateExperiment(SlateSettings settings, TimeProvider time)
{
    /// <summary>Runs a policy with every seed.</summary>
    /// <param name="kind">The policy.</param>
    /// <param name="seeds">One simulation each.</param>
    /// <returns>Outcomes in the order of the seeds.</returns>
    public SlateOutcome[] Run(SlatePolicyKind kind, SeedRange seeds)
    {
        var arm = new SlateArm(kind, settings);
        var outcomes = new SlateOutcome[seeds.Count];

        // The threads go to the rows of the inverse, where it is held, and to simulations elsewhere.
        var simulations = settings.Covariance is CovarianceForm.Woodbury ? 1 : settings.Parallelism;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = simulations };
        Parallel.For(0, seeds.Count, parallel, index => outcomes[index] = RunOne(arm, seeds.First + index));
        return outcomes;
    }

    SlateOutcome RunOne(SlateArm arm, int seed)
    {
        using var policy = arm.Create(seed);
        return Play(policy, arm.MisreadsScores, seed);
    }

    /// <summary>Plays a policy to the end.</summary>
    /// <param name="policy">Any policy.</param>
    /// <param name="misread">It hears the scores of arms 0 … K − 1.</param>
    /// <param name="seed">Seed of the world.</param>
    public SlateOutcome Play(ISlatePolicy policy, bool misread, int seed)
    {
        var started = time.GetTimestamp();
        var world = new SlateWorld(settings.Function, settings.Dimensions, settings.Arms, settings.Noise, seed);
        var slate = new int[settings.SlateSize];
        var heard = new float[settings.SlateSize];
        var realised = new double[settings.Rounds];
        var total = 0.0;
        var expected = 0.0;
        for (var round = 0; round < realised.Length; round++)
        {
            world.Advance();
            policy.Choose(world.Features, slate);
            for (var position = 0; position < slate.Length; position++)
            {
                heard[position] = (float)world.Scores[misread ? position : slate[position]];
            }

            policy.Learn(heard);
            total += SlateWorld.Regret(world.Scores, slate);
            expected += SlateWorld.Regret(world.Means, slate);
            realised[round] = total;
        }

        return new(realised, expected, time.GetElapsedTime(started).TotalSeconds);
    }
}
