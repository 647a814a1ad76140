using Recs.Offline.Gates;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline.Gates;

/// <summary>The candidate's value, estimated from decisions of the parent.</summary>
public sealed class ValueGateTests
{
    static readonly GateOptions Bounds = new();

    [Fact]
    public void Enough_decisions_of_a_policy_that_explores_judge_the_candidate_and_it_passes()
    {
        var gate = Judge(GateWorld.Input with { Feedback = GateWorld.Decisions(8000, 5) }, Bounds);
        TestContext.Current.SendDiagnosticMessage(gate.Sentence);
        Assert.True(gate.Holds, gate.Sentence);
        Assert.NotNull(gate.Value);

        // The log earns 0.33; the best items of a cluster earn 0.6, and the candidate has kept most of them.
        Assert.InRange(gate.Value.Value, 0.4, 0.62);
    }

    [Fact]
    public void A_candidate_that_prefers_what_earns_less_is_refused()
    {
        // The half that it learns from first says the opposite of the half that it is judged by, and learns from meanwhile.
        var feedback = GateWorld.Decisions(8000, 5);
        var half = feedback.Rows / 2;
        var turned = feedback with { Rewards = [.. feedback.Rewards.Select((reward, row) => row < half ? 1 - reward : reward)] };
        var bounds = Bounds with { ValueLossMax = 0.1 };
        var gate = Judge(GateWorld.Input with { Feedback = turned }, bounds);
        Assert.True(Judge(GateWorld.Input with { Feedback = feedback }, bounds).Holds);
        TestContext.Current.SendDiagnosticMessage(gate.Sentence);
        Assert.False(gate.Holds, gate.Sentence);
        Assert.NotNull(gate.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Too_few_decisions_pass_with_care_or_refuse_as_configured(bool required)
    {
        var gate = Judge(
            GateWorld.Input with { Feedback = GateWorld.Decisions(50, 5) }, Bounds with { RequireOverlap = required });
        Assert.Null(gate.Value);
        Assert.Equal(!required, gate.Holds);
        Assert.StartsWith("Not enough overlap to judge", gate.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_never_explored_does_not_judge()
    {
        var feedback = GateWorld.Decisions(8000, 5);
        var gate = Judge(
            GateWorld.Input with { Feedback = feedback with { Propensities = [.. feedback.Propensities.Select(_ => 1f)] } }, Bounds);
        Assert.Null(gate.Value);
        Assert.Contains("mean weight", gate.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_of_another_lineage_do_not_judge()
    {
        var input = GateWorld.Input with
        {
            Feedback = GateWorld.Decisions(1000, 5),
            Candidate = GateWorld.Input.Candidate with { Lineage = 2, ClusterIdBase = 1000 },
        };
        Assert.Contains("1000 decisions are in clusters of other models", Judge(input, Bounds).Sentence, StringComparison.Ordinal);
    }

    static Gate Judge(GateInput input, GateOptions bounds) => ModelGates.Run(input, bounds).Gates.Single(gate => gate.Name == "value");
}
