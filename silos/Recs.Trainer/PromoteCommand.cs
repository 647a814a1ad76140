using System.CommandLine;
using Recs.Offline.Models;

namespace Recs.Trainer;

/// <summary><c>promote VERSION</c>: makes a model the one that silos serve. They look for it every second.</summary>
static class PromoteCommand
{
    static readonly Option<bool> Force = new("--force") { Description = "Serve it although its gates refused it." };

    public static Command Create(TrainerContext context)
    {
        var version = new Argument<long>("VERSION") { Description = "The model to serve." };
        var command = new Command("promote", "Make a model the one that is served.")
        {
            version, Force, StoreOptions.Storage, StoreOptions.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var number = parsed.GetRequiredValue(version);
            if (!parsed.GetValue(Force) && await StoredModels.RefusalAsync(store.Models, number, cancel) is { } refusal)
            {
                await context.Error.WriteLineAsync($"{refusal.ReplaceLineEndings(" ")} (--force serves it nevertheless)");
                return ExitCode.Refused;
            }

            if (!await store.Models.ActivateAsync(number, cancel))
            {
                throw new BadInputException($"there is no model {number}");
            }

            await context.Output.WriteLineAsync($"model {number} is active");
            StoreOptions.Write(
                parsed, await ModelResult.FindAsync(store.Models, number, cancel), TrainerJson.Default.ModelResult);
            return ExitCode.Success;
        });
        return command;
    }
}
