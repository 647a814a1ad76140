using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation.OffPolicy;

namespace Recs.Cli.Evaluate;

/// <summary>Prints what a log says about a target.</summary>
static class OpeReport
{
    /// <summary>For people: the log, the estimates, the overlap, the verdict.</summary>
    public static void Print(OpeInput input, OffPolicyResult result)
    {
        var (log, overlap) = (input.Log, result.Overlap);
        Line($"{log.Name}: {log.RowCount} rows, {log.Actions.Count} actions, {log.PositionCount} positions, mean reward {result.LoggedValue.Value:F5} ± {result.LoggedValue.StandardError:F5}");
        foreach (var note in log.Dropped.Select(drop => $"{drop.Count} rows dropped: {drop.Reason}").Concat(log.Notes).Concat(input.Notes))
        {
            Line($"  {note}");
        }

        Line($"reward model, cross-fitted: {result.Model.Model}, held-out loss {result.Model.Loss:F5}");
        if (input.Served is { } served)
        {
            Line($"{result.Target} where it was served: {served.Estimate:F5} ± {served.StandardError:F5}");
        }

        Line($"\n{"value of " + result.Target,-24} {"estimate",9}   {"interval",20}  {"bootstrap alone",20}  {"normal interval",20}  {"Bernstein interval",20}{(input.Served is null ? "" : "  truth inside   z")}");
        foreach (var estimate in result.Estimates)
        {
            Line($"{Name(estimate),-24} {estimate.Value,9:F5}   {Text(estimate.Interval)}  {Text(estimate.Bootstrap)}  {Text(estimate.Normal)}  {Text(estimate.Bernstein),20}{Against(estimate, input.Served)}");
        }

        Line($"\neffective rows {overlap.EffectiveSampleSize:F0} of {overlap.Rows}, effective rewards {overlap.EffectiveRewards:F1}, largest weight {overlap.LargestWeight:G4}, mean weight {overlap.MeanWeight:F3} (z {overlap.MeanWeightZ:F1}), top hundredth {overlap.TopHundredthShare:P1}, without support {overlap.UnsupportedMass:P2}");
        Line($"verdict: {result.Verdict.Words}");
        foreach (var reason in result.Verdict.Reasons)
        {
            Line($"  {reason}");
        }
    }

    /// <summary>For programs.</summary>
    public static JsonObject Json(OpeInput input, OffPolicyResult result) => new()
    {
        ["log"] = input.Log.Name,
        ["target"] = result.Target,
        ["rows"] = input.Log.RowCount,
        ["loggedValue"] = result.LoggedValue.Value,
        ["truth"] = input.Served is { } served ? JsonOutput.Number(served.Estimate) : null,
        ["truthStandardError"] = input.Served is { } own ? JsonOutput.Number(own.StandardError) : null,
        ["estimates"] = new JsonArray([.. result.Estimates.Select(estimate => Entry(estimate, input.Served))]),
        ["effectiveSampleSize"] = result.Overlap.EffectiveSampleSize,
        ["effectiveRewards"] = result.Overlap.EffectiveRewards,
        ["largestWeight"] = result.Overlap.LargestWeight,
        ["meanWeight"] = result.Overlap.MeanWeight,
        ["meanWeightZ"] = result.Overlap.MeanWeightZ,
        ["topHundredthShare"] = result.Overlap.TopHundredthShare,
        ["unsupportedMass"] = result.Overlap.UnsupportedMass,
        ["dropped"] = new JsonArray(
            [.. result.Overlap.Dropped.Select(drop => new JsonObject { ["reason"] = drop.Reason, ["rows"] = drop.Count })]),
        ["model"] = result.Model.Model,
        ["modelLoss"] = JsonOutput.Number(result.Model.Loss),
        ["notes"] = new JsonArray([.. input.Log.Notes.Concat(input.Notes).Select(note => JsonValue.Create(note))]),
        ["verdict"] = result.Verdict.Name,
        ["reasons"] = new JsonArray([.. result.Verdict.Reasons.Select(reason => JsonValue.Create(reason))]),
    };

    static JsonObject Entry(ValueEstimate estimate, Contributions? served) => new()
    {
        ["name"] = EstimatorNames.Of(estimate.Estimator),
        ["value"] = JsonOutput.Number(estimate.Value),
        ["low"] = JsonOutput.Number(estimate.Interval.Low),
        ["high"] = JsonOutput.Number(estimate.Interval.High),
        ["standardError"] = JsonOutput.Number(estimate.StandardError),
        ["bootstrap"] = Pair(estimate.Bootstrap),
        ["normal"] = Pair(estimate.Normal),
        ["bernstein"] = estimate.Bernstein is { } bernstein ? Pair(bernstein) : null,
        ["bernsteinRange"] = JsonOutput.Number(estimate.Range),
        ["parameter"] = estimate.Parameter is { } parameter ? JsonOutput.Number(parameter) : null,
        ["truthInside"] = served is null ? null : estimate.Interval.Cover(served.Estimate),
    };

    static JsonArray Pair(Bounds bounds) => [JsonOutput.Number(bounds.Low), JsonOutput.Number(bounds.High)];

    static string Name(ValueEstimate estimate) => estimate.Parameter is { } parameter
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{EstimatorNames.Of(estimate.Estimator)} {EstimatorNames.ParameterOf(estimate.Estimator)}={parameter:G3}")
        : EstimatorNames.Of(estimate.Estimator);

    static string Text(Bounds? bounds) => bounds is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"[{known.Low,8:F5}, {known.High,8:F5}]")
        : "-";

    static string Against(ValueEstimate estimate, Contributions? served)
    {
        if (served is null)
        {
            return "";
        }

        var z = (estimate.Value - served.Estimate) / Math.Sqrt(Square(estimate.StandardError) + Square(served.StandardError));
        return string.Create(
            CultureInfo.InvariantCulture, $"  {(estimate.Interval.Cover(served.Estimate) ? "yes" : "no"),12}  {z,4:F1}");
    }

    static double Square(double value) => value * value;

    static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
