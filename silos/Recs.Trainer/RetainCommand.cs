using System.CommandLine;
using System.Globalization;
using Recs.Storage.Folding;
using Recs.Storage.Retention;

namespace Recs.Trainer;

/// <summary><c>retain</c>: moves old rows of the log into its base and drops them.</summary>
static class RetainCommand
{
    static readonly Option<double?> Days = Numbers.Optional("--days", "Days that the log keeps an event at least. Default: 30.", 0.01, 36500.0);

    static readonly Option<int?> DecisionDays = Numbers.Optional(
        "--decision-days",
        $"The silos' Recs:Feedback:DecisionDays: rows that say what such decisions earned are kept. Default: {LogWindow.DecisionDays}.",
        1,
        LogWindow.DecisionDaysMax);

    static readonly Option<string?> Archive = new("--archive")
    {
        Description = "Keep what is dropped in compressed files of this folder. Default: it is dropped for good.",
        HelpName = "PATH",
    };

    public static Command Create(TrainerContext context)
    {
        var command = new Command("retain", "Drop old rows of the log; what was learned from them stays, and can still be proved.")
        {
            Days, DecisionDays, Archive, StoreOptions.Storage, StoreOptions.Log, StoreOptions.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var archive = parsed.GetValue(Archive) is { } folder ? new LogArchive(folder) : null;
            var options = new RetentionOptions();
            if (parsed.GetValue(Days) is { } days)
            {
                options = options with { Age = TimeSpan.FromDays(days) };
            }

            if (parsed.GetValue(DecisionDays) is { } decisionDays)
            {
                options = options with { DecisionAge = TimeSpan.FromDays(decisionDays) };
            }

            var retention = new LogRetention(store.EventLog, store.Snapshots, store.Viewers, archive, context.Time);
            var result = await retention.RunAsync(options, cancel);
            foreach (var line in Lines(result))
            {
                await context.Output.WriteLineAsync(line);
            }

            StoreOptions.Write(parsed, result, TrainerJson.Default.RetentionResult);
            return result.IsFenced ? ExitCode.Failure : ExitCode.Success;
        });
        return command;
    }

    static IEnumerable<string> Lines(RetentionResult result)
    {
        if (result.IsFenced)
        {
            yield return "another retention runs on this store; this one stopped and dropped nothing";
            yield break;
        }

        foreach (var part in result.Partitions)
        {
            yield return Text($"partition {part.Partition}: base up to row {part.BasePosition}, dropped up to row {part.DroppedThrough}");
        }

        yield return Text($"{result.RowsDropped} rows with {result.BytesDropped} bytes dropped, {result.RowsArchived} archived");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
