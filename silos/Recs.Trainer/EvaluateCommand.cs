using System.CommandLine;
using Recs.Offline;

namespace Recs.Trainer;

/// <summary><c>evaluate --model VERSION</c>: judges a stored model by the log as it is now, and changes nothing.</summary>
static class EvaluateCommand
{
    static readonly Option<long> Model = new("--model")
    {
        Description = "The model to judge.",
        HelpName = "VERSION",
        Required = true,
    };

    static readonly Option<double?> Days = Numbers.Optional("--days", "Days of the log that count. Default: all.", 0.01, 36500.0);

    public static Command Create(TrainerContext context)
    {
        var command = new Command("evaluate", "Judge a stored model by the log: exit code 0 if every gate holds, 3 if one does not.")
        {
            Model, Days, GateFile.Option, StoreOptions.Storage, StoreOptions.Log, StoreOptions.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var bounds = GateFile.Read(parsed);
            var version = parsed.GetRequiredValue(Model);
            TimeSpan? window = parsed.GetValue(Days) is { } days ? TimeSpan.FromDays(days) : null;
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var job = new RetrainJob(store.Catalogue, store.EventLog, store.Models, context.Time);
            var report = await StepDisplay.RunAsync(
                context, progress => job.EvaluateAsync(version, bounds, window, progress, cancel))
                ?? throw new BadInputException($"there is no model {version}");
            foreach (var line in GateTable.Lines(report))
            {
                await context.Output.WriteLineAsync(line);
            }

            await context.Output.WriteLineAsync($"model {version} {(report.Refused ? "is refused" : "passes")}");
            StoreOptions.Write(parsed, report, TrainerJson.Default.GateReport);
            return report.Refused ? ExitCode.Refused : ExitCode.Success;
        });
        return command;
    }
}
