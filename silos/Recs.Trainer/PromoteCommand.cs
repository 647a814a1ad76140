using System.CommandLine;
using System.Globalization;

using Recs.Offline.Models;
using Recs.Storage;

namespace Recs.Trainer;

/// <summary><c>promote VERSION</c>: makes a model the one that silos serve. They look for it every second.</summary>
static class PromoteCommand
{
    static readonly Option<bool> Force = new("--force") { Description = "Serve it although its gates refused it." };

    static readonly Option<double> Share = new("--share")
    {
        Description = "Share of the viewers it serves as a canary, below 1; without it, all of them.",
        DefaultValueFactory = _ => 1,
    };

    public static Command Create(TrainerContext context)
    {
        var version = new Argument<long>("VERSION") { Description = "The model to serve." };
        var command = new Command("promote", "Make a model the one that is served.")
        {
            version, Force, Share, StoreOptions.Storage, StoreOptions.Json,
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

            await context.Output.WriteLineAsync(await ServeAsync(store.Models, number, parsed.GetValue(Share), cancel));
            StoreOptions.Write(
                parsed, await ModelResult.FindAsync(store.Models, number, cancel), TrainerJson.Default.ModelResult);
            return ExitCode.Success;
        });
        return command;
    }

    static async Task<string> ServeAsync(IModelStore models, long number, double share, CancellationToken cancel)
    {
        if (share is not (> 0 and <= 1))
        {
            throw new BadInputException("--share must be above 0 and at most 1");
        }

        if (share < 1)
        {
            return await models.StartCanaryAsync(number, share, cancel)
                ? string.Create(CultureInfo.InvariantCulture, $"model {number} is on trial with a share of {share:0.####}")
                : throw new BadInputException($"there is no model {number}, or it is active already, or none is");
        }

        return await models.ActivateAsync(number, cancel)
            ? $"model {number} is active"
            : throw new BadInputException($"there is no model {number}");
    }
}
