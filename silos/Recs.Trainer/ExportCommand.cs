using System.CommandLine;
using System.Globalization;

using Recs.Offline.Archives;

namespace Recs.Trainer;

/// <summary><c>export --to DIR</c>: catalogue and log as Parquet files; the store stays as it is.</summary>
static class ExportCommand
{
    static readonly Option<string> To = new("--to")
    {
        Description = "A new or empty folder.",
        HelpName = "DIR",
        Required = true,
    };

    static readonly Option<double?> Days = Numbers.Optional("--days", "Days of the log that are written. Default: all.", 0.01, 36500.0);

    static readonly Option<int?> Rows = Numbers.Optional(
        "--rows", $"Lines of a file. Default: {ParquetArchive.RowsPerFile}.", 1, 10_000_000);

    public static Command Create(TrainerContext context)
    {
        var command = new Command("export", "Write catalogue and log as Parquet files, for other tools and for 'retrain --from'.")
        {
            StoreOptions.Storage, StoreOptions.Log, To, Days, Rows,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var now = context.Time.GetUtcNow();
            var since = parsed.GetValue(Days) is { } days ? now - TimeSpan.FromDays(days) : DateTimeOffset.MinValue;
            var to = parsed.GetRequiredValue(To);
            var contents = await StepDisplay.RunAsync(context, progress => ParquetArchive.WriteAsync(
                to, store.Catalogue, store.EventLog, since, now, parsed.GetValue(Rows) ?? ParquetArchive.RowsPerFile, progress, cancel));
            await context.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{contents.Items} items and {contents.Rows.Sum()} lines of feedback ({contents.Events} events) in {to}"));
            return ExitCode.Success;
        });
        return command;
    }
}
