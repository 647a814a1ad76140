using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>Whether the vectors still tell what viewers like from what they do not.</summary>
static class EmbeddingGates
{
    const double ErrorsAllowed = 2;

    public static Gate Finite(ModelFile model)
    {
        (string Name, float[] Values)[] arrays =
        [
            ("centroids", model.Centroids), ("population", model.Population), ("item vectors", model.ItemVectors),
            ("gram", model.Gram), ("content map", model.ContentMap), ("affinities", model.EdgeAffinities),
            ("prior", [model.PriorIntercept, model.PriorSlope]),
        ];
        var count = 0L;
        var first = "";
        foreach (var (name, values) in arrays)
        {
            var wrong = values.Count(value => !float.IsFinite(value));
            first = wrong > 0 && count == 0 ? name : first;
            count += wrong;
        }

        return count == 0
            ? GateForm.AtMost("not finite", 0, 0, $"Every number of the model is finite.")
            : GateForm.AtMost("not finite", count, 0, $"{count} numbers are not finite, the first among the {first}.");
    }

    public static IEnumerable<Gate> Of(GateInput input, GateOptions bounds)
    {
        yield return Auc(input, bounds);
        yield return AucOfParent(input, bounds);
    }

    static Gate Auc(GateInput input, GateOptions bounds)
    {
        const string Name = "held-out AUC";
        if (!GraphGates.HasLearned(input.Candidate))
        {
            return GateForm.NotJudged(Name, $"The vectors come from content alone.");
        }

        var rows = Common(input, input.Candidate);
        var wins = HeldOutPairs.Wins(input.Candidate, input.Interactions.Build(rows, out _).Rewarded(), rows, input.Seed);
        return wins.Count < bounds.PairsToJudge
            ? TooFew(Name, wins.Count, bounds)
            : GateForm.AtLeast(
                Name, wins.Average(), bounds.AucMin,
                $"A rewarded item scores above a random one in {wins.Average():p1} of {wins.Count} pairs.");
    }

    static Gate AucOfParent(GateInput input, GateOptions bounds)
    {
        const string Name = "AUC against parent";
        if (input.Parent is not { Items: > 0 } parent)
        {
            return GateForm.NotJudged(Name, $"There is no parent with items.");
        }

        var rows = Common(input, input.Candidate, parent);
        var rewarded = input.Interactions.Build(rows, out _).Rewarded();
        var own = HeldOutPairs.Wins(input.Candidate, rewarded, rows, input.Seed);
        if (own.Count < bounds.PairsToJudge)
        {
            return TooFew(Name, own.Count, bounds);
        }

        var others = HeldOutPairs.Wins(parent, rewarded, rows, input.Seed);
        var differences = own.Zip(others, (left, right) => (double)left - right).ToArray();
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (differences.Length - 1.0) / differences.Length);
        return GateForm.AtLeast(
            Name, mean, -bounds.AucLossMax - (ErrorsAllowed * error),
            $"The AUC is {own.Average():f4}, the parent's {others.Average():f4}, on the same {own.Count} pairs; {ErrorsAllowed} standard errors of the difference are {ErrorsAllowed * error:f4}.");
    }

    static Gate TooFew(string name, int pairs, GateOptions bounds) => GateForm.NotJudged(
        name, $"{pairs} pairs of viewer and rewarded item are too few to judge by; {bounds.PairsToJudge} would do.");

    static int[] Common(GateInput input, params ModelFile[] models) =>
        [.. input.Rows.Where(row => Array.TrueForAll(models, model => model.IndexOf(row) >= 0))];
}
