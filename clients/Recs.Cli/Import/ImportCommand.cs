using System.CommandLine;
using System.Globalization;

using Recs.Cli.Output;

namespace Recs.Cli.Import;

/// <summary>The command <c>recs import</c>: loads a catalogue and what viewers did with it.</summary>
static class ImportCommand
{
    const string MovieLens = "movielens";
    const string Csv = "csv";

    static readonly Argument<string> Source = new("source")
    {
        Description = "movielens: the folder with movies.csv and ratings.csv. csv: a file of items, or a folder with items.csv and events.csv.",
        HelpName = "DIR|FILE",
    };

    static readonly Option<string> Format = new("--format")
    {
        Description = "movielens or csv.",
        HelpName = "FORMAT",
        Required = true,
        CustomParser = result =>
        {
            var format = result.Tokens[0].Value;
            if (format is not (MovieLens or Csv))
            {
                result.AddError($"--format: '{format}' is neither {MovieLens} nor {Csv}");
            }

            return format;
        },
    };

    static readonly Option<int> History = ServerOptions.Whole(
        "--history", "Most events sent, the newest first to be kept; 0 sends none.", int.MaxValue, 0, int.MaxValue);

    public static Command Create(ToolContext context)
    {
        var command = ServerOptions.Command("import", "Load a catalogue and its history into a server.", Source, Format, History);
        command.SetAction((arguments, cancel) => RunAsync(arguments, context, cancel));
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, ToolContext context, CancellationToken cancel)
    {
        var started = context.Time.GetTimestamp();
        var path = arguments.GetRequiredValue(Source);
        var (historyMax, now) = (arguments.GetValue(History), context.Time.GetUtcNow());
        var source = arguments.GetRequiredValue(Format) is MovieLens
            ? MovieLensFiles.Read(path, historyMax, now)
            : CsvFiles.Read(path, historyMax, now);

        using var http = context.Http(arguments.GetRequiredValue(ServerOptions.Url));
        using var client = context.Client(http, arguments.GetValue(ServerOptions.ApiKey));
        var loading = new Loading(client, context.Terminal);
        var upserted = await loading.ItemsAsync(source.Items, cancel);
        var accepted = await loading.EventsAsync(source.History, cancel);

        var report = new ImportReport(
            upserted,
            loading.ItemRefusals.Counts,
            accepted,
            loading.EventRefusals.Counts,
            Math.Round(context.Time.GetElapsedTime(started).TotalSeconds, 3));
        Print(report, loading, context.Terminal);
        JsonFile.Write(arguments.GetValue(ServerOptions.Json), report, ImportJson.Default.ImportReport);
        var refused = report.ItemsRejected.Values.Sum() + report.EventsRejected.Values.Sum();
        return refused == 0
            ? ExitCode.Success
            : throw new BadInputException($"{path}: the server refused {refused} of {source.Items.Count + source.History.Count}");
    }

    static void Print(ImportReport report, Loading loading, Terminal terminal)
    {
        terminal.Line($"items upserted   {report.Upserted}");
        terminal.Line($"items rejected   {report.ItemsRejected.Values.Sum()}");
        foreach (var line in loading.ItemRefusals.Lines())
        {
            terminal.Line(line);
        }

        terminal.Line($"events accepted  {report.EventsAccepted}");
        terminal.Line($"events rejected  {report.EventsRejected.Values.Sum()}");
        foreach (var line in loading.EventRefusals.Lines())
        {
            terminal.Line(line);
        }

        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"seconds          {report.Seconds:0.0}"));
    }
}
