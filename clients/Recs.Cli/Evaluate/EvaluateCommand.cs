using System.CommandLine;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate</c>: everything that measures a policy without serving it.</summary>
public static class EvaluateCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        var command = new Command("evaluate", "Measure policies offline: regret on full-information tables, the synthetic world, combinatorial neural bandits.");
        command.Subcommands.Add(RegretCommand.Create());
        command.Subcommands.Add(WorldCommand.Create());
        command.Subcommands.Add(CombinatorialCommand.Create());
        return command;
    }
}
