using Recs.Offline.Gates;
using Recs.Offline.Joins;
using Recs.Schema.Models;

using Xunit;

namespace Recs.Tests.Offline.Gates;

/// <summary>The guard-rails between generations, on logs of the parent.</summary>
public sealed class GenerationGatesTests
{
    static readonly GateOptions Bounds = new();
    static readonly BanditFeedback Log = GateWorld.Decisions(3000, 5);

    [Fact]
    public void A_good_candidate_after_an_even_log_passes_and_every_guard_rail_has_judged()
    {
        var feedback = Generations(Log, _ => true);
        foreach (var name in (string[])["positive rate", "changed decisions", "calibration"])
        {
            var gate = Look(feedback, Bounds, name);
            Assert.True(gate.Holds, gate.Sentence);
            Assert.NotNull(gate.Value);
        }
    }

    [Fact]
    public void A_generation_that_is_rewarded_ten_times_less_often_closes_the_gate()
    {
        var gate = Look(Generations(Log, row => row % 10 == 0), Bounds, "positive rate");
        Assert.False(gate.Holds);
        Assert.InRange(gate.Value!.Value, 8, 13);
    }

    [Fact]
    public void A_candidate_that_would_decide_otherwise_leaves_the_trust_region()
    {
        var bounds = Bounds with { ChangedShareMax = 0.5 };
        var feedback = Generations(Log, _ => true);
        Assert.True(Look(feedback, bounds, "changed decisions").Holds);
        // Every cluster's edges lead to the items that other clusters like, and what was learned about them is lost.
        var candidate = Candidate;
        var swapped = candidate with
        {
            ItemRows = [.. candidate.ItemRows.Select(row => row + 1)],
            EdgeRows = [.. candidate.EdgeRows.Select(row => row + 1)],
        };
        Assert.False(Look(feedback, bounds, "changed decisions", swapped).Holds);
    }

    [Fact]
    public void Means_that_are_wrong_where_the_log_is_uniform_close_the_gate()
    {
        var bounds = Bounds with { CalibrationErrorMax = 0.02 };
        // What is rewarded changes after the older half, so nothing that was learned is right any more.
        var feedback = Generations(Log, row => row < Log.Rows / 2);
        Assert.True(Look(Generations(Log, _ => true), bounds, "calibration").Holds);
        Assert.False(Look(feedback, bounds, "calibration").Holds);
        var others = Generations(Log, _ => true) with { Policies = [.. Log.Policies.Select(_ => (byte)8)] };
        Assert.Null(Look(others, bounds, "calibration").Value);
        Assert.Null(Look(feedback, bounds, "calibration", Candidate with { PriorPairs = 0 }).Value);
    }

    /// <summary>The world's candidate with a prior that is right on average: 0.3 of the shown items are rewarded.</summary>
    static ModelFile Candidate => GateWorld.Input.Candidate with { PriorPairs = 5000, PriorIntercept = -0.847f, PriorSlope = 0 };

    static Gate Look(BanditFeedback feedback, GateOptions bounds, string name, ModelFile? candidate = null) => Assert.Single(
        ModelGates.Run(GateWorld.Input with { Feedback = feedback, Candidate = candidate ?? Candidate }, bounds).Gates,
        gate => gate.Name == name);

    /// <summary>The older half by graph 1 and the newer one by graph 2, in which only some rows keep their rewards.</summary>
    static BanditFeedback Generations(BanditFeedback log, Func<int, bool> keeps) => log with
    {
        Graphs = [.. Enumerable.Range(0, log.Decisions).Select(decision => decision < log.Decisions / 2 ? 1u : 2u)],
        Rewards = [.. log.Rewards.Select((reward, row) => row < log.Rows / 2 || keeps(row) ? reward : 0f)],
    };
}
