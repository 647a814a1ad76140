using System.CommandLine;

using Recs.Cli.Output;
using Recs.Storage;

namespace Recs.Cli.ReplayLog;

/// <summary><c>recs replay-log</c>: proves that the stored statistics are the fold of the log, or of its base and what is left of it.</summary>
static class ReplayLogCommand
{
    /// <summary>The command.</summary>
    public static Command Create(ToolContext context)
    {
        var storage = new Option<string>("--storage") { Description = "The data folder of a silo, or the connection string of PostgreSQL.", Required = true };
        var log = new Option<string?>("--log") { Description = "Where the event log is if not in the storage: kafka://HOST:PORT/TOPIC[?setting=value&...]." };
        var json = new Option<string?>("--json") { Description = "Write the result to this file." };
        var command = new Command("replay-log", "Recompute every edge from the event log and compare it with the stored statistics.") { storage, log, json };
        command.SetAction((parsed, cancel) => Run(context, parsed.GetValue(storage)!, parsed.GetValue(log), parsed.GetValue(json), cancel));
        return command;
    }

    static async Task<int> Run(ToolContext context, string path, string? log, string? json, CancellationToken cancel)
    {
        ReplayReport report;
        try
        {
            await using var store = await StoreAddress.OpenAsync(path, log, StorageAccess.Reader, context.Time, cancel);
            report = await LogReplay.Run(store, cancel);
        }
        catch (StorageRefusedException refused)
        {
            throw new BadInputException($"--storage: {refused.Message}");
        }

        var output = context.Terminal.Output;
        if (report.Base is { } based)
        {
            await output.WriteLineAsync($"started from the base    at {string.Join(", ", based.Positions.Select((offset, partition) => $"{partition}:{offset}"))} (partition:offset)");
            await output.WriteLineAsync($"events in the base       {based.Events}");
        }

        await output.WriteLineAsync($"events {(report.Base is null ? "in the log       " : "in base and log  ")} {report.Events}");
        await output.WriteLineAsync($"repeats, not counted     {report.Repeats}");
        await output.WriteLineAsync($"newer than a snapshot    {report.AfterSnapshot}");
        await output.WriteLineAsync($"edges compared           {report.Edges}");
        await output.WriteLineAsync($"items compared           {report.Items}");
        if (report.Earlier > 0)
        {
            await output.WriteLineAsync($"  without their watches  {report.Earlier} (older than those sums)");
        }

        await output.WriteLineAsync($"differences              {report.Differences}");
        foreach (var difference in report.First)
        {
            await output.WriteLineAsync($"  {difference}");
        }

        JsonFile.Write(json, report, ReplayJson.Default.ReplayReport);
        return report.Differences == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
