using System.CommandLine;
using System.Globalization;
using Recs.Offline;
using Recs.Schema.Models;

namespace Recs.Trainer;

/// <summary><c>retrain</c>: makes a model from the stored catalogue and log.</summary>
static class RetrainCommand
{
    static readonly Option<bool> Promote = new("--promote") { Description = "Serve the model at once." };
    static readonly Option<double> Canary = new("--canary")
    {
        Description = "Serve it to this share of the viewers first; silos promote it or take it back.",
    };

    static readonly Option<string?> Work = new("--work")
    {
        Description = "Folder for finished steps: killed and started again, the training goes on from there to the same model.",
        HelpName = "DIR",
    };

    static readonly Option<string?> From = new("--from")
    {
        Description = "Folder of an archive that 'export' wrote: train on it instead of the stored catalogue and log.",
        HelpName = "DIR",
    };

    public static Command Create(TrainerContext context)
    {
        var options = new TrainingOptions();
        var command = new Command("retrain", "Make a model from the stored catalogue and log.")
        {
            StoreOptions.Storage, StoreOptions.Log, StoreOptions.Json, Promote, Canary, Work, From, GateFile.Option,
        };
        options.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(context, parsed, options, cancel));
        return command;
    }

    static async Task<int> RunAsync(
        TrainerContext context, ParseResult parsed, TrainingOptions options, CancellationToken cancel)
    {
        var bounds = GateFile.Read(parsed);
        await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
        var job = new RetrainJob(store.Catalogue, store.EventLog, store.Models, context.Time);
        var order = new RetrainOrder(options.Read(parsed), bounds)
        {
            Window = options.Window(parsed),
            Share = Share(parsed),
            Checkpoints = parsed.GetValue(Work),
            Archive = parsed.GetValue(From),
        };
        if (order is { Archive: not null, Window: not null })
        {
            throw new BadInputException("--days and --from: an archive is trained on whole; say --days where it is written");
        }

        var done = await StepDisplay.RunAsync(context, progress => job.RunAsync(order, progress, cancel));
        if (done is not { Version: { } version, Judgement: { } judgement, Training: { IsTrained: true, Manifest: { } manifest } })
        {
            throw new BadInputException(done.Training.Refusal ?? "there is no model");
        }

        if (done.Resumed.Count > 0)
        {
            await context.Output.WriteLineAsync($"resumed   {string.Join(", ", done.Resumed)} were finished before");
        }

        foreach (var line in (string[])[.. Summary(manifest), .. GateTable.Lines(judgement), Text($"model {version} is {State(version, done)}")])
        {
            await context.Output.WriteLineAsync(line);
        }

        StoreOptions.Write(
            parsed, await ModelResult.FindAsync(store.Models, version, cancel), TrainerJson.Default.ModelResult);
        return judgement.Refused ? ExitCode.Refused : ExitCode.Success;
    }

    static double Share(ParseResult parsed) => parsed.GetValue(Canary) switch
    {
        0 => parsed.GetValue(Promote) ? 1 : 0,
        > 0 and < 1 and var share => share,
        _ => throw new BadInputException("--canary must be above 0 and below 1"),
    };

    static string State(long version, RetrainJobResult done) =>
        done.IsActive ? "active"
        : done.IsCanary ? "on trial with a share of the viewers"
        : done.Judgement is { Refused: true } ? $"refused and stored; serve it nevertheless with: promote {version} --force"
        : $"stored; serve it with: promote {version}";

    static IEnumerable<string> Summary(ModelManifest manifest)
    {
        var (counts, figures) = (manifest.Counts, manifest.Figures);
        yield return Text($"items     {counts.Items}: {counts.ItemsFromHistory} from history, {counts.ItemsFromContent} from content, {counts.ItemsDrawn} unknown; {counts.ItemsAvailable} available");
        yield return Text($"pairs     {counts.Rewarded} rewarded, {counts.Unrewarded} not, of {counts.Viewers} viewers");
        if (figures is { Auc: { } auc, Loss: { } loss })
        {
            yield return Text($"embedding AUC {auc:f4}, loss {loss:f3} (on the training data)");
        }

        yield return Text($"clusters  {manifest.Clusters}, inertia {figures.Inertia ?? 0:f4}, {counts.ClustersMoved} moved");
        yield return Text($"edges     {counts.Edges}, {counts.EdgesFresh} to fresh items, {counts.EdgesCarried} carried over");
        yield return Text($"prior     a {figures.PriorIntercept:f3}, beta {figures.PriorSlope:f3}, from {figures.PriorPairs} pairs");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
