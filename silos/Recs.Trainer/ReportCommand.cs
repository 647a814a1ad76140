using System.CommandLine;
using Recs.Offline.Models;
using Recs.Offline.Reports;

namespace Recs.Trainer;

/// <summary><c>report VERSION --out FILE</c>: a model version on one HTML page.</summary>
static class ReportCommand
{
    public static Command Create(TrainerContext context)
    {
        var version = new Argument<long>("VERSION") { Description = "The model." };
        var path = new Option<string>("--out") { Description = "The file to write.", Required = true, HelpName = "FILE" };
        var command = new Command("report", "Write what is known of a model as an HTML page.") { version, path, StoreOptions.Storage };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var number = parsed.GetRequiredValue(version);
            var stored = (await store.Models.ListAsync(cancel)).FirstOrDefault(model => model.Version == number)
                ?? throw new BadInputException($"there is no model {number}");
            var html = ModelReport.Html(
                number, stored.Active, StoredModels.Manifest(stored), await StoredModels.LoadAsync(store.Models, number, cancel));
            try
            {
                await File.WriteAllTextAsync(parsed.GetRequiredValue(path), html, cancel);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new BadInputException($"--out: {fault.Message}");
            }

            await context.Output.WriteLineAsync($"report of model {number} written");
            return ExitCode.Success;
        });
        return command;
    }
}
