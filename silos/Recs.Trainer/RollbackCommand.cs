using System.CommandLine;

namespace Recs.Trainer;

/// <summary><c>rollback</c>: ends the trial of a canary, or else promotes the parent of the active model.</summary>
static class RollbackCommand
{
    public static Command Create(TrainerContext context)
    {
        var command = new Command("rollback", "Go back to the parent of the model that is served.")
        {
            StoreOptions.Storage, StoreOptions.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var store = await StoreOptions.OpenAsync(parsed, context.Time, cancel);
            var models = await store.Models.ListAsync(cancel);
            var active = models.FirstOrDefault(model => model.Active)
                ?? throw new BadInputException("no model is active: there is nothing to go back from");
            if (models.FirstOrDefault(model => model.CanaryShare > 0) is { } canary)
            {
                _ = await store.Models.EndCanaryAsync(canary.Version, promote: false, cancel);
                await context.Output.WriteLineAsync($"model {canary.Version} is on trial no more; {active.Version} is active");
                StoreOptions.Write(
                    parsed, await ModelResult.FindAsync(store.Models, active.Version, cancel), TrainerJson.Default.ModelResult);
                return ExitCode.Success;
            }

            var parent = active.Parent
                ?? throw new BadInputException($"model {active.Version} has no parent to go back to");
            if (!await store.Models.ActivateAsync(parent, cancel))
            {
                throw new BadInputException($"model {parent}, the parent of {active.Version}, is not stored any more");
            }

            await context.Output.WriteLineAsync($"model {parent} is active, instead of {active.Version}");
            StoreOptions.Write(
                parsed, await ModelResult.FindAsync(store.Models, parent, cancel), TrainerJson.Default.ModelResult);
            return ExitCode.Success;
        });
        return command;
    }
}
