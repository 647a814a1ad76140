using Recs.Offline.Models;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>Whether the graph reaches the catalogue, and is still recognisable as its parent's.</summary>
static class GraphGates
{
    public static IEnumerable<Gate> Of(GateInput input, GateOptions bounds)
    {
        var available = new HashSet<int>(input.Items.Where(item => item.Available).Select(item => item.Row));
        yield return Edges(input.Candidate, available.Count, bounds);
        yield return Reachable(input.Candidate, available, bounds);
        yield return Carried(input, bounds);
    }

    static Gate Edges(ModelFile model, int available, GateOptions bounds)
    {
        if (available == 0)
        {
            return GateForm.NotJudged("edges per cluster", $"No item is available.");
        }

        var fewest = Enumerable.Range(0, model.Clusters).Min(cluster => model.RowsOf(cluster).Length);
        return GateForm.AtLeast(
            "edges per cluster", fewest, Math.Min(bounds.EdgesMin, available),
            $"The cluster with the fewest edges has {fewest}; {model.Edges} edges in all.");
    }

    static Gate Reachable(ModelFile model, HashSet<int> available, GateOptions bounds)
    {
        if (available.Count == 0)
        {
            return GateForm.NotJudged("reachable items", $"No item is available.");
        }

        var reached = model.EdgeRows.Distinct().Count(available.Contains);
        return GateForm.AtLeast(
            "reachable items", (double)reached / available.Count, bounds.ReachableMin,
            $"{reached} of {available.Count} available items have an edge.");
    }

    static Gate Carried(GateInput input, GateOptions bounds)
    {
        const string Name = "carried edges";
        var (model, parent) = (input.Candidate, input.Parent);
        if (parent is null || parent.Lineage != model.Lineage)
        {
            return GateForm.NotJudged(Name, $"There is no parent of the same lineage.");
        }

        if (!HasLearned(model) || !HasLearned(parent))
        {
            return GateForm.NotJudged(Name, $"Not both models have learned from feedback.");
        }

        var fewer = Math.Min(model.Edges, parent.Edges);
        var carried = ManifestAssembly.CarriedEdges(model, parent);
        return fewer == 0
            ? GateForm.NotJudged(Name, $"A model has no edges.")
            : GateForm.AtLeast(
                Name, (double)carried / fewer, bounds.CarriedMin,
                $"{carried} edges are the parent's, which has {parent.Edges}; this model has {model.Edges}.");
    }

    /// <summary>Whether vectors come from feedback: only then is G not zero.</summary>
    public static bool HasLearned(ModelFile model) => Array.Exists(model.Gram, value => value != 0);
}
