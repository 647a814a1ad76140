using System.CommandLine;
using System.Globalization;

namespace Recs.Trainer;

/// <summary><c>list</c>: all models, newest first.</summary>
static class ListCommand
{
    public static Command Create(TrainerContext context)
    {
        var command = new Command("list", "Show all models, newest first.") { StoreOptions.Storage, StoreOptions.Json };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var models = (await store.Models.ListAsync(cancel)).Select(ModelResult.Of).ToList();
            foreach (var model in models)
            {
                await context.Output.WriteLineAsync(Line(model));
            }

            if (models.Count == 0)
            {
                await context.Output.WriteLineAsync("no models");
            }

            StoreOptions.Write(parsed, new ModelList(models), TrainerJson.Default.ModelList);
            return ExitCode.Success;
        });
        return command;
    }

    static string Line(ModelResult model) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(model.Active ? '*' : model.CanaryShare > 0 ? '~' : ' ')} {model.Version,4}  {model.CreatedAt:yyyy-MM-dd HH:mm:ss}Z  parent {model.Parent?.ToString(CultureInfo.InvariantCulture) ?? "-"}  lineage {model.Manifest.Lineage}  {model.Manifest.Counts.Items} items  {model.Manifest.Clusters} clusters  {model.Manifest.Counts.Edges} edges{(model.Manifest.Judgement is { Refused: true } judgement ? $"  refused by {string.Join(", ", judgement.Gates.Where(gate => !gate.Holds).Select(gate => gate.Name))}" : "")}");
}
