using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Combinatorial;

namespace Recs.Cli.Evaluate;

/// <summary>Prints the repetition of the combinatorial experiments.</summary>
static class CombinatorialReport
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    static readonly int[] CheckPoints = [200, 500, 1000];

    /// <summary>The head of the table.</summary>
    public static void PrintHead(SlateSettings settings, SeedRange seeds)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Function}: d = {settings.Dimensions}, N = {settings.Arms}, K = {settings.SlateSize}, T = {settings.Rounds}, "
            + $"seeds {seeds.First}-{seeds.Last}, Z as {settings.Covariance}, "
            + $"{(settings.AsReleased ? "as the released code" : "as the paper writes")}"));
        Console.WriteLine("Cumulative regret in scores with noise, mean ± sd over simulations; the distance is in published sd.");
        Console.WriteLine(
            $"{"policy",-8} {"regret",8}   {"sd",6}   {"published",15}   {"distance",8}   {"expected",8}   {"@200",6} {"@500",6} {"@1000",6}   {"s",6}");
    }

    /// <summary>A line of the table.</summary>
    public static void Print(CombinatorialLine line)
    {
        var published = line.Published is { } figure
            ? string.Create(CultureInfo.InvariantCulture, $"{figure.Mean:F1} ± {figure.Deviation:F1}")
            : "-";
        var apart = line.Apart is { } distance ? distance.ToString("+0.0;-0.0", CultureInfo.InvariantCulture) : "-";
        var points = string.Join(' ', CheckPoints.Select(point => point <= line.Curve.Length
            ? line.Curve[point - 1].ToString("F1", CultureInfo.InvariantCulture).PadLeft(6)
            : "     -"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Policy,-8} {line.Mean,8:F1} ± {line.Deviation,6:F1}   {published,15}   {apart,8}   {line.Expected,8:F1}   {points}   {line.Seconds,6:F1}"));
    }

    /// <summary>The same for programs.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteJson(string path, SlateSettings settings, SeedRange seeds, IReadOnlyList<CombinatorialLine> lines)
    {
        var policies = new JsonArray();
        foreach (var line in lines)
        {
            policies.Add(new JsonObject
            {
                ["policy"] = line.Policy,
                ["mean"] = line.Mean,
                ["sd"] = line.Deviation,
                ["expected"] = line.Expected,
                ["publishedMean"] = line.Published?.Mean,
                ["publishedSd"] = line.Published?.Deviation,
                ["distance"] = line.Apart,
                ["simulations"] = new JsonArray([.. line.Finals.Select(value => (JsonNode)value)]),
                ["seconds"] = line.Seconds,
            });
        }

        var report = new JsonObject
        {
            ["function"] = settings.Function.ToString(),
            ["dimensions"] = settings.Dimensions,
            ["rounds"] = settings.Rounds,
            ["firstSeed"] = seeds.First,
            ["lastSeed"] = seeds.Last,
            ["covariance"] = settings.Covariance.ToString(),
            ["asReleased"] = settings.AsReleased,
            ["policies"] = policies,
        };
        File.WriteAllText(path, report.ToJsonString(Indented));
    }
}
