using System.CommandLine;
using System.Globalization;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.VowpalWabbit;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate vw</c>: Vowpal Wabbit's own figures on its own logs, to compare estimators by.</summary>
static class VowpalCommand
{
    static readonly Option<string?> Data = Evaluations.Optional(
        "--data", "A contextual-bandit log in Vowpal Wabbit's text format; with the policy's choice before the label it is evaluated.");

    static readonly Option<string> Bits = Evaluations.Text("--bits", "As -b: logarithm of the size of the table of weights.", "18");

    static readonly Option<string> Rate = Evaluations.Text("--rate", "As -l: learning rate.", "0.5");

    static readonly Option<string> Ngram = Evaluations.Text("--ngram", "As --ngram: longest sequence of words that is a feature.", "1");

    static readonly Option<string> Skips = Evaluations.Text("--skips", "As --skips: most words left out of a sequence.", "0");

    static readonly Option<string?> Json = new("--json")
    {
        Description = "Print one JSON object, or write it to a file.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("vw", "Average loss as Vowpal Wabbit prints it for --cb, by progressive validation.") { Data, Bits, Rate, Ngram, Skips, Json };
        command.SetAction(arguments => Evaluations.Run(() => Run(arguments)));
        return command;
    }

    static void Run(ParseResult arguments)
    {
        var path = arguments.GetValue(Data) ?? throw new EvaluationException("vw: give --data FILE");
        var options = new VowpalOptions(
            Evaluations.Whole(arguments.GetRequiredValue(Bits), "--bits", 10, 28),
            (float)Evaluations.Number(arguments.GetRequiredValue(Rate), "--rate", 1e-6, 100),
            Evaluations.Whole(arguments.GetRequiredValue(Ngram), "--ngram", 1, 8),
            Evaluations.Whole(arguments.GetRequiredValue(Skips), "--skips", 0, 16));
        var (examples, actions) = LoggedExample.Read(path, options);
        (string Name, double Loss)[] losses = examples.All(example => example.Chosen > 0)
            ? [("dr --eval", ProgressiveValidation.Evaluate(examples, actions, options))]
            :
            [
                ("dr", ProgressiveValidation.Learn(examples, actions, CostEstimate.DoublyRobust, options)),
                ("ips", ProgressiveValidation.Learn(examples, actions, CostEstimate.Ips, options)),
                ("dm", ProgressiveValidation.Learn(examples, actions, CostEstimate.DirectMethod, options)),
            ];
        var output = new JsonOutput(arguments.GetResult(Json) is not null, arguments.GetValue(Json));
        if (output.IsJson)
        {
            output.Write(new([.. losses.Select(loss => KeyValuePair.Create<string, System.Text.Json.Nodes.JsonNode?>(loss.Name, loss.Loss))]));
        }

        if (!output.IsJson || output.Path is not null)
        {
            Console.WriteLine($"{examples.Count} examples, {actions} actions");
            foreach (var (name, loss) in losses)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {loss:F6}"));
            }
        }
    }
}
