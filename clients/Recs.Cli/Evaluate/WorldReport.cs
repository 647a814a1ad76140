using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Worlds;

namespace Recs.Cli.Evaluate;

/// <summary>Prints the world's tables, one per column (H, delay), as text at once or as JSON at the end.</summary>
sealed class WorldReport(SeedRange seeds, SeedRange? tuneSeeds, FeedbackForm form, JsonOutput output)
{
    readonly JsonArray _columns = [];

    bool IsText => !output.IsJson || output.Path is not null;

    /// <summary>Adds one column.</summary>
    /// <param name="share">H.</param>
    /// <param name="delay">Events.</param>
    /// <param name="arms">The rows; differences are taken to the first.</param>
    /// <param name="outcomes">Shape [arms][seeds].</param>
    public void Add(double share, int delay, IReadOnlyList<WorldArm> arms, WorldOutcome[][] outcomes)
    {
        var rows = new JsonArray();
        if (IsText)
        {
            PrintHead(share, delay);
        }

        for (var i = 0; i < arms.Count; i++)
        {
            var whole = Interval.Of([.. outcomes[i].Select(outcome => outcome.WholeRun)]);
            var late = Interval.Of([.. outcomes[i].Select(outcome => outcome.LastThird)]);
            var shown = outcomes[i].Average(outcome => outcome.ItemsShown);
            var paired = Interval.Of(
                [.. outcomes[i].Zip(outcomes[0], (own, first) => own.WholeRun - first.WholeRun)]);
            rows.Add(Row(arms[i], whole, late, shown, paired));
            if (IsText)
            {
                PrintRow(arms[i], whole, late, shown, paired);
            }
        }

        _columns.Add(new JsonObject
        {
            ["h"] = share,
            ["delay"] = delay,
            ["feedback"] = Name(form),
            ["policies"] = rows,
        });
    }

    /// <summary>Prints the JSON, if that was asked for.</summary>
    public void Finish()
    {
        if (output.IsJson)
        {
            output.Write(new JsonObject { ["columns"] = _columns });
        }
    }

    static string Name(FeedbackForm form) => form.ToString().ToLowerInvariant();

    static JsonObject Row(WorldArm arm, Interval whole, Interval late, double shown, Interval paired) => new()
    {
        ["policy"] = arm.Name,
        ["k"] = arm.Clusters,
        ["settings"] = arm.Settings?.Describe() ?? "",
        ["mean"] = whole.Mean,
        ["low"] = whole.Low,
        ["high"] = whole.High,
        ["standardError"] = whole.StandardError,
        ["lastThird"] = late.Mean,
        ["lastThirdStandardError"] = late.StandardError,
        ["itemsShown"] = shown,
        ["difference"] = paired.Mean,
        ["differenceStandardError"] = paired.StandardError,
    };

    static void PrintRow(WorldArm arm, Interval whole, Interval late, double shown, Interval paired) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{arm.Name,-20} {arm.Clusters,2}  {arm.Settings?.Describe() ?? "",-26} "
            + $"{whole.Mean,6:F3} ± {whole.StandardError:F4}   {late.Mean,6:F3} ± {late.StandardError:F4}  "
            + $"{shown,5:F0}   {paired.Mean,7:+0.000;-0.000;0.000} ± {paired.StandardError:F4}"));

    void PrintHead(double share, int delay)
    {
        var tuned = tuneSeeds is { } range ? $", exploration chosen on {range.First}-{range.Last}" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nH={share} delay={delay} feedback={Name(form)}: mean true reward ± standard error over worlds "
            + $"{seeds.First}-{seeds.Last}{tuned}; {World.RequestCount} requests"));
        Console.WriteLine(
            $"{"policy",-20} {"K",2}  {"settings",-26} {"whole run",15}   {"last third",15}  {"shown",5}   paired with the first row");
    }
}
