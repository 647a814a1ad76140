using Spectre.Console;

namespace Recs.Trainer;

/// <summary>What the trainer has around it.</summary>
/// <param name="Output">Results and progress.</param>
/// <param name="Error">One line when something goes wrong.</param>
/// <param name="Console">A terminal that can redraw; null writes plain lines only.</param>
/// <param name="Time">The clock.</param>
public sealed record TrainerContext(TextWriter Output, TextWriter Error, IAnsiConsole? Console, TimeProvider Time)
{
    /// <summary>The process' own streams and clock.</summary>
    public static TrainerContext OfProcess()
    {
        var console = AnsiConsole.Console;
        var isTerminal = !System.Console.IsOutputRedirected && console.Profile.Capabilities.Interactive;
        return new(System.Console.Out, System.Console.Error, isTerminal ? console : null, TimeProvider.System);
    }
}
