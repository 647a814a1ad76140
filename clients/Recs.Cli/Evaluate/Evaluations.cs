using System.CommandLine;
using System.Globalization;
using Recs.Offline.Evaluation;

namespace Recs.Cli.Evaluate;

/// <summary>What the evaluation commands share: how options are read and how faults end a command.</summary>
static class Evaluations
{
    const int InputFault = 2;

    /// <summary>Seeds evaluated at the same time; no figure depends on it.</summary>
    public static int Parallelism => Math.Min(2, Environment.ProcessorCount);

    /// <summary>Runs a command's action; an input that cannot be used ends it with one line and exit code 2.</summary>
    public static int Run(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (Exception fault) when (fault is EvaluationException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Console.Error.WriteLine("recs evaluate: " + fault.Message.ReplaceLineEndings(" "));
            return InputFault;
        }
    }

    /// <summary>A text option with a default.</summary>
    public static Option<string> Text(string name, string description, string byDefault) =>
        new(name) { Description = description, DefaultValueFactory = _ => byDefault };

    /// <summary>A text option that may be absent.</summary>
    public static Option<string?> Optional(string name, string description) => new(name) { Description = description };

    /// <summary>A switch.</summary>
    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    /// <summary>Every command's <c>--json</c>: alone it prints one object, with a file it writes it there.</summary>
    public static Option<string?> JsonOption() => new("--json")
    {
        Description = "Print one JSON object, or write it to a file.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>What a command line says of <c>--json</c>.</summary>
    public static JsonOutput JsonOf(ParseResult arguments, Option<string?> json) =>
        new(arguments.GetResult(json) is not null, arguments.GetValue(json));

    /// <summary>The number of an option, whole and within its range.</summary>
    public static int Whole(string text, string option, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most
            ? value
            : throw new EvaluationException($"{option}: '{text}' is not a whole number from {least} to {most}");

    /// <summary>The number of an option, finite and within its range.</summary>
    public static double Number(string text, string option, double least, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most
            ? value
            : throw new EvaluationException(string.Create(
                CultureInfo.InvariantCulture, $"{option}: '{text}' is not a number from {least} to {most}"));

    /// <summary>The parts of a comma-separated option.</summary>
    public static string[] Parts(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
