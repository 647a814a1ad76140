using System.CommandLine;

namespace Recs.Trainer;

/// <summary><c>promote VERSION</c>: makes a model the one that silos serve. They look for it every second.</summary>
static class PromoteCommand
{
    public static Command Create(TrainerContext context)
    {
        var version = new Argument<long>("VERSION") { Description = "The model to serve." };
        var command = new Command("promote", "Make a model the one that is served.")
        {
            version, StoreOptions.Storage, StoreOptions.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var number = parsed.GetRequiredValue(version);
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
