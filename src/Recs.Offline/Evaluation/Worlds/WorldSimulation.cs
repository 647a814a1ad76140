using Recs.Offline.Evaluation.Policies;

namespace Recs.Offline.Evaluation.Worlds;

/// <summary>Runs one policy through one world.</summary>
public static class WorldSimulation
{
    const int Purpose = 0x706F6C69;

    /// <summary>One closed loop: the policy chooses, the world rewards, feedback comes back delayed.</summary>
    /// <param name="world">The world.</param>
    /// <param name="requests">Its requests for the K that is evaluated.</param>
    /// <param name="settings">The policy; starts without any knowledge.</param>
    /// <param name="form">How feedback arrives.</param>
    /// <param name="delay">In events, see <see cref="FeedbackForm"/>; 1 is at once.</param>
    /// <param name="seed">Seed of the policy's own draws and ties.</param>
    public static WorldOutcome Run(
        World world,
        WorldRequest[] requests,
        PolicySettings settings,
        FeedbackForm form,
        int delay,
        int seed)
    {
        var shape = new PolicyShape(World.ItemCount, World.ClusterCount, World.FeatureCount, world.Edges);
        var policy = PolicyFactory.Create(settings, shape);
        var schedule = new FeedbackSchedule(policy, form, delay, seed);
        var chance = SeededRandom.Of(seed, Purpose + (int)settings.Kind);
        return Walk(world, requests, (request, round) =>
        {
            var decision = policy.Choose(request.Context, request.Items, round, chance);
            schedule.Add(decision, world.RewardOf(round - 1, decision.Arm));
            return decision.Arm;
        });
    }

    /// <summary>What a choice that learns nothing comes to: the frame around every policy's figure.</summary>
    /// <param name="world">The world.</param>
    /// <param name="requests">Its requests for the K that is evaluated.</param>
    /// <param name="reference">Which choice.</param>
    /// <param name="seed">Seed of the random choice.</param>
    public static WorldOutcome RunReference(World world, WorldRequest[] requests, WorldReference reference, int seed)
    {
        var chance = SeededRandom.Of(seed, Purpose);
        return Walk(world, requests, (request, round) =>
        {
            var best = new BestArm();
            foreach (var item in request.Items)
            {
                best.Offer(item, Score(reference, world, request, round, item), chance);
            }

            return best.Arm;
        });
    }

    static double Score(WorldReference reference, World world, WorldRequest request, int round, int item) =>
        reference switch
        {
            WorldReference.Greedy => request.Context.AffinityOf(item),
            WorldReference.Oracle => world.ProbabilityOf(round - 1, item),
            _ => 0,
        };

    static WorldOutcome Walk(World world, WorldRequest[] requests, Func<WorldRequest, int, int> choose)
    {
        var shown = new bool[World.ItemCount];
        var total = 0.0;
        var late = 0.0;
        var lateStart = requests.Length * 2 / 3;
        for (var request = 0; request < requests.Length; request++)
        {
            var item = choose(requests[request], request + 1);
            var probability = world.ProbabilityOf(request, item);
            shown[item] = true;
            total += probability;
            late += request >= lateStart ? probability : 0;
        }

        return new(total / requests.Length, late / (requests.Length - lateStart), shown.Count(item => item));
    }
}
