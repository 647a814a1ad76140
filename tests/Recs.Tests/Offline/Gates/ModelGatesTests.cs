using Recs.Offline.Gates;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline.Gates;

/// <summary>What a poisoned candidate is refused for.</summary>
public sealed class ModelGatesTests
{
    static readonly GateOptions Bounds = new();

    static ModelFile Candidate => GateWorld.Input.Candidate;

    [Fact]
    public void A_good_candidate_passes_and_most_gates_have_judged()
    {
        var report = ModelGates.Run(GateWorld.Input, Bounds);
        Assert.False(report.Refused, report.Reasons());
        Assert.Equal(
            ["calibration", "changed decisions", "positive rate", "reward rate", "value"], report.Gates.Where(gate => gate.Value is null).Select(gate => gate.Name).Order());
        Assert.All(report.Gates, gate => Assert.EndsWith(".", gate.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Shuffled_item_vectors_are_refused_by_the_AUC() => Refuses(
        GateWorld.Input with { Candidate = Candidate with { ItemVectors = Poison.Shuffled(Candidate) } },
        "held-out AUC", "AUC against parent");

    [Fact]
    public void Clusters_that_have_collapsed_into_one_are_refused_by_their_spread() => Refuses(
        GateWorld.Input with { Candidate = Candidate with { Centroids = Poison.Collapsed(Candidate) } },
        "cluster spread", "largest cluster");

    [Fact]
    public void A_graph_that_was_cut_off_is_refused_by_its_edges() => Refuses(
        GateWorld.Input with { Candidate = Poison.CutOff(Candidate) }, "edges per cluster", "reachable items");

    [Fact]
    public void Edges_that_all_point_elsewhere_are_refused_by_what_is_carried_over()
    {
        // Cluster c takes the edges of another one, as when cluster ids are mixed up.
        var clusters = Candidate.Clusters;
        var order = Enumerable.Range(0, clusters).Select(cluster => (cluster + (clusters / 2)) % clusters).ToArray();
        var starts = new int[clusters + 1];
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            starts[cluster + 1] = starts[cluster] + Candidate.RowsOf(order[cluster]).Length;
        }

        var mixed = Candidate with
        {
            EdgeStarts = starts,
            EdgeRows = [.. order.SelectMany(cluster => Candidate.RowsOf(cluster).ToArray())],
            EdgeAffinities = [.. order.SelectMany(cluster => Candidate.AffinitiesOf(cluster).ToArray())],
        };
        var bounds = Bounds with { CarriedMin = 0.5 };
        Assert.False(ModelGates.Run(GateWorld.Input, bounds).Refused);
        var report = ModelGates.Run(GateWorld.Input with { Candidate = mixed }, bounds);
        Assert.Contains(report.Gates, gate => gate is { Name: "carried edges", Holds: false });
    }

    [Theory]
    [InlineData(6.9, false)]
    [InlineData(7.1, true)]
    public void A_log_that_has_ended_long_ago_is_refused_by_its_age(double days, bool refused)
    {
        var input = GateWorld.Input with { Log = new(10, TasteWorld.Now.AddDays(-days)) };
        Assert.Equal(refused ? ["log age"] : [], Failing(input));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_not_finite_is_refused_before_anything_is_computed_with_it(float value)
    {
        var vectors = Candidate.ItemVectors.ToArray();
        vectors[5] = value;
        Refuses(GateWorld.Input with { Candidate = Candidate with { ItemVectors = vectors } }, "not finite");
    }

    [Fact]
    public void A_catalogue_that_lost_its_items_is_refused_by_the_share_of_unknown_ones()
    {
        var input = GateWorld.Input with { };
        var few = new GateInput(
            input.Candidate, input.Parent, [.. input.Items.Take(20)], input.Interactions, input.Feedback, input.Log, input.Now, 1);
        Assert.Contains("unknown items", Failing(few));
    }

    [Fact]
    public void The_first_model_passes_however_little_there_is()
    {
        var input = GateWorld.Input with { Parent = null, Log = new(5, TasteWorld.Now.AddDays(-400)) };
        var strict = Bounds with { MaturedRowsMin = 1000, RequireOverlap = true };
        Assert.False(ModelGates.Run(input, strict).Refused);
        Assert.True(ModelGates.Run(input with { Parent = GateWorld.Input.Parent }, strict).Refused);
    }

    [Fact]
    public void Bounds_out_of_range_are_named()
    {
        Assert.Null(Bounds.Fault());
        Assert.Contains("AucMin", (Bounds with { AucMin = 2 }).Fault(), StringComparison.Ordinal);
        Assert.Contains("RewardRateMin", (Bounds with { RewardRateMin = 0.5, RewardRateMax = 0.4 }).Fault(), StringComparison.Ordinal);
    }

    static void Refuses(GateInput input, params string[] names)
    {
        var failing = Failing(input);
        Assert.All(names, name => Assert.Contains(name, failing));
    }

    static List<string> Failing(GateInput input) =>
        [.. ModelGates.Run(input, Bounds).Gates.Where(gate => !gate.Holds).Select(gate => gate.Name)];
}
