using System.CommandLine;

namespace Recs.Cli.Evaluate;

/// <summary>The command <c>recs evaluate</c>: everything that measures a policy without serving it.</summary>
public static class EvaluateCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        var command = new Command("evaluate", "Measure policies offline: regret on full-information tables, the synthetic world, estimates from logs, candidate layers, generations, combinatorial neural bandits, embedding tables.");
        command.Subcommands.Add(RegretCommand.Create());
        command.Subcommands.Add(WorldCommand.Create());
        command.Subcommands.Add(ReplayCommand.Create());
        command.Subcommands.Add(OpeCommand.Create());
        command.Subcommands.Add(HoldOutCommand.Create());
        command.Subcommands.Add(GenerationsCommand.Create());
        command.Subcommands.Add(SequentialCommand.Create());
        command.Subcommands.Add(VowpalCommand.Create());
        command.Subcommands.Add(CombinatorialCommand.Create());
        command.Subcommands.Add(CollisionsCommand.Create());
        command.Subcommands.Add(SyncCommand.Create());
        command.Subcommands.Add(FreshCommand.Create());
        return command;
    }
}
