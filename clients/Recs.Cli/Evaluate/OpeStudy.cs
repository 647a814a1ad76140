using System.Globalization;
using System.Text.Json.Nodes;
using Recs.Offline.Evaluation.OffPolicy;

namespace Recs.Cli.Evaluate;

/// <summary>The proof of the estimators: many logs of a world whose truth is known.</summary>
static class OpeStudy
{
    const int WorldSeed = 7;

    /// <summary>Runs a study and prints bias, error and coverage per estimator.</summary>
    public static void Run(StudyRequest request, OffPolicyOptions options, JsonOutput output)
    {
        var world = SyntheticWorld.Create(WorldSeed);
        var lines = SyntheticStudy.Run(world, request, options, Evaluations.Parallelism);
        if (output.IsJson)
        {
            output.Write(Json(world, request, lines));
        }

        if (!output.IsJson || output.Path is not null)
        {
            Print(world, request, lines);
        }
    }

    static void Print(SyntheticWorld world, StudyRequest request, StudyLine[] lines)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Logs} logs of {request.Rows} rows, reward model {request.Model}, propensities recorded times {request.PropensityFactor}: "
            + $"target {world.TargetValue:F5}, log {world.LoggedValue:F5}, largest weight {world.WeightBound:F1}"));
        Console.WriteLine($"{"estimator",-12} {"bias",9} {"z",6} {"rmse",9}   coverage: reported  bootstrap  normal  Bernstein");
        foreach (var line in lines)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{EstimatorNames.Of(line.Estimator),-12} {line.Bias,9:F5} {line.BiasZ,6:F1} {line.RootMeanSquaredError,9:F5}   "
                + $"{line.Coverage,18:P1}  {line.BootstrapCoverage,9:P1} {line.NormalCoverage,7:P1}  {line.BernsteinCoverage,9:P1}"));
        }
    }

    static JsonObject Json(SyntheticWorld world, StudyRequest request, StudyLine[] lines) => new()
    {
        ["logs"] = request.Logs,
        ["rows"] = request.Rows,
        ["truth"] = world.TargetValue,
        ["estimators"] = new JsonArray([.. lines.Select(line => new JsonObject
        {
            ["name"] = EstimatorNames.Of(line.Estimator),
            ["bias"] = JsonOutput.Number(line.Bias),
            ["biasStandardError"] = JsonOutput.Number(line.BiasError),
            ["rootMeanSquaredError"] = JsonOutput.Number(line.RootMeanSquaredError),
            ["coverage"] = line.Coverage,
            ["bootstrapCoverage"] = line.BootstrapCoverage,
            ["normalCoverage"] = line.NormalCoverage,
            ["bernsteinCoverage"] = line.BernsteinCoverage,
        })]),
    };
}
