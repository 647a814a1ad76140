using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Regrets;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Cli.Evaluate;

/// <summary>Prints the result of a regret comparison.</summary>
static class RegretReport
{
    /// <summary>The table for people, best policy first.</summary>
    public static void Print(
        RewardTable table,
        RegretOptions options,
        SeedRange seeds,
        SeedRange? tuneSeeds,
        IReadOnlyList<RegretLine> lines)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{table.Name}: {table.RowCount} rows, {table.ArmCount} arms, {table.Features[0].Length} context columns"));
        foreach (var note in table.Notes)
        {
            Console.WriteLine("  " + note);
        }

        var tuned = tuneSeeds is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"settings chosen on seeds {range.First}-{range.Last}")
            : "fixed settings";
        var benchmark = options.NoRepeats
            ? "no arm twice for a row; the n-th visit is compared with the row's n-th best reward"
            : "each decision is compared with the row's best reward";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Cumulative regret after {options.Rounds} decisions, delay {options.Delay}, seeds {seeds.First}-{seeds.Last}, {tuned}; {benchmark}"));
        Console.WriteLine($"{"policy",-16} {"regret",10}   {"95 % interval",21}   {"reward",7}  settings");
        foreach (var line in lines.OrderBy(line => line.Regret.Mean))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{line.Policy,-16} {line.Regret.Mean,10:F1}   [{line.Regret.Low,9:F1},{line.Regret.High,9:F1} ]   "
                + $"{line.Reward.Mean,7:F4}  {line.Settings}"));
        }
    }

    /// <summary>The same for programs, in the order the policies were given.</summary>
    public static JsonObject Json(IReadOnlyList<RegretLine> lines)
    {
        var policies = new JsonArray();
        foreach (var line in lines)
        {
            policies.Add(new JsonObject
            {
                ["policy"] = line.Policy,
                ["mean"] = line.Regret.Mean,
                ["low"] = line.Regret.Low,
                ["high"] = line.Regret.High,
                ["reward"] = line.Reward.Mean,
                ["settings"] = line.Settings,
            });
        }

        return new JsonObject { ["policies"] = policies };
    }
}
