using System.CommandLine;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.OffPolicy;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate ope</c>: what a policy would have earned, from the log of another.</summary>
static class OpeCommand
{
    static readonly Option<string?> Log = Evaluations.Optional(
        "--log", "Logged feedback: action,reward,propensity, optional position, features x_*; plain or gzip.");

    static readonly Option<string> Format =
        Evaluations.Text("--format", "Format of --log: csv, or obd (a table of the Open Bandit Dataset as published).", "csv");

    static readonly Option<string?> Data = Evaluations.Optional(
        "--data", "A campaign of the Open Bandit Dataset: a folder with one folder per logging policy.");

    static readonly Option<string?> Behavior = Evaluations.Optional("--behavior", "With --data: the folder of the log, such as bts.");

    static readonly Option<string?> Target = Evaluations.Optional(
        "--target", "The policy to value: a file with pi_ACTION columns, uniform, log, always:ACTION, the name of a policy, or with --data a folder such as random.");

    static readonly Option<string?> Synthetic = Evaluations.Optional(
        "--synthetic", "Instead of a log: evaluate N logs of a world whose truth is known; prints bias and coverage.");

    static readonly Option<string> Rows = Evaluations.Text("--rows", "With --synthetic: rows of each log.", "1000");

    static readonly Option<string> Model = Evaluations.Text("--model", "With --synthetic: the reward model: fitted, true or wrong.", "fitted");

    static readonly Option<string> Factor =
        Evaluations.Text("--propensity-factor", "With --synthetic: recorded propensities are wrong by this factor.", "1");

    static readonly Option<string> Select =
        Evaluations.Text("--select", "How lambda and alpha are chosen where not given: slope or error-bound.", "slope");

    static readonly Option<string?> Parameters = Evaluations.Optional(
        "--parameters", "Given parameters with commas, such as clipped-ips=10,switch-dr=50,dr-os=100,ips-ix=0.01,sg-ips=0.1.");

    static readonly Option<string> Resamples = Evaluations.Text("--resamples", "Bootstrap resamples.", "2000");

    static readonly Option<string> Folds = Evaluations.Text("--folds", "Folds of the cross-fitted reward model.", "5");

    static readonly Option<string> Confidence = Evaluations.Text("--confidence", "Probability that an interval should hold the value.", "0.95");

    static readonly Option<string?> WeightBound = Evaluations.Optional(
        "--weight-bound", "The largest weight that could occur, for the Bernstein interval; default: the largest seen.");

    static readonly Option<string> Seed = Evaluations.Text("--seed", "Seed of folds, resamples and a learned target.", "1");

    static readonly Option<string?> Plot = Evaluations.Optional("--plot", "Write estimates with intervals as a PNG.");

    static readonly Option<string?> Json = new("--json")
    {
        Description = "Print one JSON object, or write it to a file.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("ope", "Estimate from a log what another policy would have earned, and whether to believe it.")
        {
            Log, Format, Data, Behavior, Target, Synthetic, Rows, Model, Factor, Select, Parameters, Resamples, Folds,
            Confidence, WeightBound, Seed, Plot, Json,
        };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var options = OptionsOf(arguments);
        if (arguments.GetValue(Synthetic) is { } logs)
        {
            OpeStudy.Run(StudyOf(arguments, logs), options, OutputOf(arguments));
            return;
        }

        var input = InputOf(arguments, options.Seed);
        var result = OffPolicyEvaluation.Run(input.Log, input.Target, options);
        if (arguments.GetValue(Plot) is { } path)
        {
            OpePlot.Write(path, input, result);
        }

        var output = OutputOf(arguments);
        if (output.IsJson)
        {
            output.Write(OpeReport.Json(input, result));
        }

        if (!output.IsJson || output.Path is not null)
        {
            OpeReport.Print(input, result);
        }
    }

    static JsonOutput OutputOf(ParseResult arguments) => new(arguments.GetResult(Json) is not null, arguments.GetValue(Json));

    static OpeInput InputOf(ParseResult arguments, int seed)
    {
        var target = arguments.GetValue(Target) ?? throw new EvaluationException("ope: give --target");
        var (log, data) = (arguments.GetValue(Log), arguments.GetValue(Data));
        if (log is null == data is null)
        {
            throw new EvaluationException("ope: give either --log FILE or --data DIR, or --synthetic N");
        }

        if (log is not null)
        {
            return OpeInputs.OfFile(log, arguments.GetRequiredValue(Format), target, seed);
        }

        var behavior = arguments.GetValue(Behavior) ?? throw new EvaluationException("--data: give --behavior, the folder of the log");
        return OpeInputs.OfOpenBandit(data!, behavior, target, seed);
    }

    static StudyRequest StudyOf(ParseResult arguments, string logs) => new(
        Evaluations.Whole(logs, "--synthetic", 2, 100_000),
        Evaluations.Whole(arguments.GetRequiredValue(Rows), "--rows", 20, 1_000_000),
        arguments.GetRequiredValue(Model) switch
        {
            "fitted" => ModelQuality.Fitted,
            "true" => ModelQuality.True,
            "wrong" => ModelQuality.Wrong,
            var other => throw new EvaluationException($"--model: '{other}' is not fitted, true or wrong"),
        },
        Evaluations.Number(arguments.GetRequiredValue(Factor), "--propensity-factor", 0.01, 100));

    static OffPolicyOptions OptionsOf(ParseResult arguments) => new()
    {
        Rule = arguments.GetRequiredValue(Select) switch
        {
            "slope" => ParameterRule.Slope,
            "error-bound" => ParameterRule.ErrorBound,
            var other => throw new EvaluationException($"--select: '{other}' is neither slope nor error-bound"),
        },
        Parameters = ParametersOf(arguments.GetValue(Parameters) ?? ""),
        Resamples = Evaluations.Whole(arguments.GetRequiredValue(Resamples), "--resamples", 2, 1_000_000),
        Folds = Evaluations.Whole(arguments.GetRequiredValue(Folds), "--folds", 2, 100),
        Confidence = Evaluations.Number(arguments.GetRequiredValue(Confidence), "--confidence", 0.5, 0.9999),
        WeightBound = arguments.GetValue(WeightBound) is { } bound
            ? Evaluations.Number(bound, "--weight-bound", 0, double.MaxValue)
            : null,
        Seed = Evaluations.Whole(arguments.GetRequiredValue(Seed), "--seed", 0, 1_000_000_000),
    };

    static Dictionary<Estimator, double> ParametersOf(string text)
    {
        var parameters = new Dictionary<Estimator, double>();
        foreach (var part in Evaluations.Parts(text))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            var estimator = EstimatorNames.All.Where(candidate => EstimatorNames.ParameterOf(candidate) is not null)
                .Cast<Estimator?>()
                .FirstOrDefault(candidate => Key(candidate!.Value) == name)
                ?? throw new EvaluationException($"--parameters: '{name}' has no parameter");
            var most = estimator is Estimator.SubGaussianIps ? 1 : double.MaxValue;
            parameters[estimator] = Evaluations.Number(equals < 0 ? "" : part[(equals + 1)..], $"--parameters {name}", 0, most);
        }

        return parameters;
    }

    static string Key(Estimator estimator) => EstimatorNames.Of(estimator).ToLowerInvariant().Replace(' ', '-');
}
