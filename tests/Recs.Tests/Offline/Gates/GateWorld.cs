using Recs.Matching.Numerics;
using Recs.Offline.Gates;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Tests.Offline.Gates;

/// <summary>A parent, a good candidate made from it, and a log of decisions that the parent made.</summary>
static class GateWorld
{
    static readonly TasteWorld World = TasteWorld.Create(400, 120, 4, 10, 3);

    static readonly ModelFile ParentModel = Training.Model(World.Input()) with { Version = 1 };

    static readonly ModelFile CandidateModel = Training.Model(World.Input(ParentModel)) with { Version = 2 };

    /// <summary>The candidate with its parent, a log written an hour ago, and no decisions.</summary>
    public static GateInput Input { get; } = new(
        CandidateModel, ParentModel, World.Items, World.Joined(), Decisions(0, 1), new(4000, TasteWorld.Now.AddHours(-1)),
        TasteWorld.Now, 1);

    /// <summary>Logged decisions of five items each, uniform over what the parent's clusters nominate.</summary>
    /// <param name="count">Number of decisions.</param>
    /// <param name="seed">Seed.</param>
    /// <remarks>An item of the cluster's best twenty by affinity earns 0.6 in expectation, another one 0.2.</remarks>
    public static BanditFeedback Decisions(int count, ulong seed)
    {
        const int Slate = 5;
        var rng = new Rng(seed);
        var model = ParentModel;
        var clusters = Enumerable.Range(0, count).Select(_ => rng.NextInt(model.Clusters)).ToArray();
        var (items, rewards, propensities) = (new int[count * Slate], new float[count * Slate], new float[count * Slate]);
        for (var decision = 0; decision < count; decision++)
        {
            var rows = model.RowsOf(clusters[decision]).ToArray();
            var best = Best(model, clusters[decision]);
            for (var position = 0; position < Slate; position++)
            {
                var at = (decision * Slate) + position;
                var drawn = position + rng.NextInt(rows.Length - position);
                (rows[position], rows[drawn]) = (rows[drawn], rows[position]);
                items[at] = rows[position];
                propensities[at] = 1f / (rows.Length - position);
                rewards[at] = rng.NextDouble() < (best.Contains(rows[position]) ? 0.6 : 0.2) ? 1 : 0;
            }
        }

        return new()
        {
            Starts = [.. Enumerable.Range(0, count + 1).Select(decision => decision * Slate)],
            Items = items,
            Positions = [.. items.Select((_, row) => (byte)(row % Slate))],
            Propensities = propensities,
            Rewards = rewards,
            Matched = [.. items.Select(_ => (ushort)1)],
            Priors = [.. items.Select(_ => (ushort)(0.3 * 65535))],
            ContextStarts = [.. Enumerable.Range(0, count + 1)],
            Clusters = [.. clusters.Select(cluster => model.ClusterIdBase + cluster)],
            Weights = [.. clusters.Select(_ => ushort.MaxValue)],
            Policies = new byte[count],
            Graphs = new uint[count],
            DecidedMs = [.. Enumerable.Range(0, count).Select(decision => (long)decision)],
            Dropped = new(),
            LateRewards = 0,
        };
    }

    static HashSet<int> Best(ModelFile model, int cluster)
    {
        var rows = model.RowsOf(cluster).ToArray();
        var affinities = model.AffinitiesOf(cluster).ToArray();
        Array.Sort(affinities, rows);
        return [.. rows[^(rows.Length / 3)..]];
    }
}
